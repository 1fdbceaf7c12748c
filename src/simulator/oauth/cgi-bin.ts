import type { Route } from '../http.js';
import type { World } from '../world.js';
import { answer, refuse } from './answers.js';
import type { GlobalTokens } from './global-tokens.js';
import { accountOf } from './sns.js';

const JSON_TYPE = 'application/json; encoding=utf-8';

function credential(world: World, grant_type: unknown, appid: unknown, secret: unknown): string {
  if (grant_type !== 'client_credential') refuse(40002);
  if (typeof appid !== 'string' || appid === '') return refuse(41002);
  if (typeof secret !== 'string' || secret === '') return refuse(41004);
  return accountOf(world, appid, secret).appid;
}

function readJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // not JSON at all: the same refusal
  }
  return refuse(47001);
}

/** `/cgi-bin/*`: the global token, in both kinds, and the ticket of the JS-SDK. */
export function cgiBinRoutes(world: World, tokens: GlobalTokens): Route[] {
  return [
    {
      method: 'GET',
      path: '/cgi-bin/token',
      handle: (req) =>
        answer(world, req, JSON_TYPE, () => {
          const { query } = req;
          return tokens.issue(credential(world, query.get('grant_type'), query.get('appid'), query.get('secret')));
        }),
    },
    {
      method: '*',
      path: '/cgi-bin/stable_token',
      handle: (req) =>
        answer(world, req, JSON_TYPE, () => {
          if (req.method !== 'POST') refuse(43002);
          const { grant_type, appid, secret, force_refresh } = readJson(req.body);
          return tokens.stable(credential(world, grant_type, appid, secret), force_refresh === true);
        }),
    },
    {
      method: 'GET',
      path: '/cgi-bin/ticket/getticket',
      handle: (req) =>
        answer(world, req, JSON_TYPE, () => {
          const access_token = req.query.get('access_token') || refuse(41001);
          const appid = tokens.accountOf(access_token) ?? refuse(40001);
          return { errcode: 0, errmsg: 'ok', ...tokens.ticket(appid) };
        }),
    },
  ];
}
