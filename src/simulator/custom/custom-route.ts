import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { answer, refuse as refuseWeixin } from '../oauth/answer.js';
import type { Fields } from '../signing/v2.js';
import type { SimulatorState } from '../state.js';
import type { Call as CallV2, Outcome } from '../v2/endpoint.js';
import { UNNAMED } from '../v2/fields.js';
import { routeOf as routeV2 } from '../v2/route.js';
import type { Call as CallV3, Success } from '../v3/endpoint.js';
import { refuse as refuseV3 } from '../v3/refusal.js';
import { patternOf, routeOf as routeV3 } from '../v3/route.js';
import type { RouteAnswer, RouteCall, RouteHandler } from './types.js';

const METHOD = /^[A-Z]+$/;
const WEIXIN = /^\/(?:cgi-bin|sns|wxa|wxaapi|datacube|customservice|card|semantic)\//;

/**
 * The route that a user defines. Its path decides how requests are verified and answers are
 * signed: `/v3/…` as API v3, `/cgi-bin/…`, `/wxa/…` and the like as api.weixin.qq.com, any other as
 * API v2.
 *
 * @throws {TypeError} for a method or a path of the wrong form
 */
export function customRoute(
  state: SimulatorState,
  method: string,
  path: string,
  handler: RouteHandler,
): Route {
  if (!METHOD.test(method)) {
    throw new TypeError(`"method" must be in capitals such as POST, not ${JSON.stringify(method)}`);
  }
  if (!/^\/[^\s?#]*$/.test(path)) {
    throw new TypeError(
      `"path" must start with "/" and have no query, such as /v3/profitsharing/orders/{out_order_no}`,
    );
  }
  if (path.startsWith('/v3/')) {
    const run = (call: CallV3) => runV3(handler, call);
    return routeV3(state, { method, path, run }, { methods: 'several' });
  }
  if (WEIXIN.test(path)) return weixinRoute(state, method, path, handler);
  const run = (call: CallV2, req: SimRequest) => runV2(handler, call, req);
  return { ...routeV2(state, { path, rules: UNNAMED, anyAccount: true, run }), method };
}

const callOf = ({ method, path, params, query, headers }: SimRequest) => ({
  method,
  path,
  params,
  query: Object.fromEntries(query),
  headers,
});

async function ask(handler: RouteHandler, call: RouteCall): Promise<RouteAnswer> {
  return (typeof handler === 'function' ? await handler(call) : handler) ?? {};
}

async function runV3(handler: RouteHandler, call: CallV3): Promise<Success> {
  const { merchant, body, file, req } = call;
  const given = await ask(handler, { ...callOf(req), merchant, body, ...(file && { file }) });
  const { status = given.body ? 200 : 204, body: content, headers = {} } = given;
  if (content instanceof Uint8Array) return { file: { status, headers, body: content } };
  if (status >= 300) {
    const { code = 'SYSTEM_ERROR', message = '', detail } = content ?? {};
    refuseV3(status, String(code), String(message), detail as never);
  }
  return content ? { body: content, status } : 'no content';
}

async function runV2(handler: RouteHandler, call: CallV2, req: SimRequest): Promise<Outcome> {
  const { merchant, fields } = call;
  const body = Object.fromEntries(fields);
  const given = await ask(handler, { ...callOf(req), merchant, body });
  const { status = 200, body: content = {}, headers = {}, unsigned = false } = given;
  if (content instanceof Uint8Array) return { file: { status, headers, body: content } };
  const answered: Fields = new Map(Object.entries(content) as [string, string | number][]);
  return { fields: answered, unsigned };
}

function weixinRoute(
  state: SimulatorState,
  method: string,
  path: string,
  handler: RouteHandler,
): Route {
  const handle = async (req: SimRequest): Promise<SimAnswer> => {
    const token = req.query.get('access_token');
    const appid = token === null ? undefined : state.tokens.accountOf(token);
    const refused = token !== null && appid === undefined;
    const given = refused
      ? {}
      : await ask(handler, { ...callOf(req), body: readJson(req.body), ...(appid && { appid }) });
    const { status = 200, body = { errcode: 0, errmsg: 'ok' }, headers = {} } = given;
    if (body instanceof Uint8Array) return { status, headers, body };
    return answer(state, req, 'application/json; encoding=utf-8', () =>
      refused ? refuseWeixin(40001) : body,
    );
  };
  return { method, path: patternOf(path), name: path, handle };
}

function readJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
