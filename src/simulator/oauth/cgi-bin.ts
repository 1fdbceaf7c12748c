import type { Route, SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { answer, refuse } from './answer.js';
import { accountOf } from './credentials.js';

const JSON_TYPE = 'application/json; encoding=utf-8';

interface Credential {
  grant_type?: unknown;
  appid?: unknown;
  secret?: unknown;
}

/** @throws {Refused} */
function appidOf(state: SimulatorState, { grant_type, appid, secret }: Credential): string {
  if (grant_type !== 'client_credential') refuse(40002);
  if (typeof appid !== 'string' || appid === '') return refuse(41002);
  if (typeof secret !== 'string' || secret === '') return refuse(41004);
  return accountOf(state, appid, secret).appid;
}

function readJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Invalid JSON is refused like any other value that is not an object.
  }
  return refuse(47001);
}

/** `/cgi-bin/*`: the two kinds of global tokens, and the ticket of the JS-SDK. */
export function cgiBinRoutes(state: SimulatorState): Route[] {
  const { tokens } = state;
  const route = (method: string, path: string, handle: (req: SimRequest) => object): Route => ({
    method,
    path,
    handle: (req) => answer(state, req, JSON_TYPE, () => handle(req)),
  });
  return [
    route('GET', '/cgi-bin/token', ({ query }) =>
      tokens.issue(appidOf(state, Object.fromEntries(query))),
    ),
    route('*', '/cgi-bin/stable_token', ({ method, body }) => {
      if (method !== 'POST') refuse(43002);
      const { force_refresh, ...credential } = readJson(body);
      return tokens.stable(appidOf(state, credential), force_refresh === true);
    }),
    route('GET', '/cgi-bin/ticket/getticket', ({ query }) => {
      const access_token = query.get('access_token') || refuse(41001);
      const appid = tokens.accountOf(access_token) ?? refuse(40001);
      return { errcode: 0, errmsg: 'ok', ...tokens.ticket(appid) };
    }),
  ];
}
