import type { Route, SimRequest } from '../http.js';
import type { App, World } from '../world.js';
import { answer, type Errcode, refuse } from './answers.js';
import { type Codes, type Grant, idsOf, TOKEN_LIFE, type Token } from './codes.js';

const required = (query: URLSearchParams, name: string, errcode: Errcode): string => query.get(name) || refuse(errcode);

/** The account behind `appid` and `secret`, in WeChat's order of checks. */
export function accountOf(world: World, appid: string, secret: string): App {
  const app = world.apps.get(appid) ?? refuse(40013);
  if (app.secret !== secret) refuse(world.switches.oauth.wrongSecret);
  return app;
}

function exchange(world: World, codes: Codes, query: URLSearchParams): object {
  const appid = required(query, 'appid', 41002);
  const secret = required(query, 'secret', 41004);
  const code = required(query, 'code', 41008);
  if (query.get('grant_type') !== 'authorization_code') refuse(40002);
  accountOf(world, appid, secret);
  const grant = codes.redeem(code, appid);
  if (grant === 'unknown') return refuse(40029);
  if (grant === 'used') return refuse(world.switches.oauth.usedCode);
  const { openid, unionid } = idsOf(grant);
  return {
    ...tokens(codes.open(grant)),
    openid,
    scope: grant.scope,
    ...(grant.snapshot && { is_snapshotuser: 1 }),
    ...(grant.scope === 'snsapi_userinfo' && { unionid }),
  };
}

const tokens = ({ access_token, refresh_token }: { access_token: string; refresh_token: string }): object => ({
  access_token,
  expires_in: TOKEN_LIFE,
  refresh_token,
});

function refresh(world: World, codes: Codes, query: URLSearchParams): object {
  const appid = required(query, 'appid', 41002);
  const refresh_token = required(query, 'refresh_token', 41003);
  if (query.get('grant_type') !== 'refresh_token') refuse(40002);
  if (!world.apps.has(appid)) refuse(40013);
  const grant = codes.readRefresh(refresh_token);
  if (grant === 'expired') return refuse(42002);
  if (grant === 'unknown' || grant.appid !== appid) return refuse(40030);
  return {
    ...tokens({ access_token: codes.access(grant), refresh_token }),
    openid: idsOf(grant).openid,
    scope: grant.scope,
  };
}

function bearer(codes: Codes, query: URLSearchParams): Token {
  const access_token = required(query, 'access_token', 41001);
  const openid = required(query, 'openid', 41009);
  const token = codes.readAccess(access_token);
  if (token === 'unknown') return refuse(40014);
  if (token === 'expired') return refuse(42001);
  if (idsOf(token).openid !== openid) refuse(40003);
  return token;
}

function userinfo(world: World, codes: Codes, query: URLSearchParams): object {
  const grant: Grant = bearer(codes, query);
  if (grant.scope !== 'snsapi_userinfo') refuse(48001);
  if (grant.snapshot && world.switches.oauth.snapshotUserinfo === 'refuse') refuse(48001);
  const { openid, unionid } = idsOf(grant);
  return {
    openid,
    nickname: grant.snapshot ? '微信用户' : grant.person.name,
    sex: 0,
    language: '',
    city: '',
    province: '',
    country: '',
    headimgurl: '',
    privilege: [],
    unionid,
  };
}

/** `/sns/*`: from a code to an openid, and what the web token is good for. */
export function snsRoutes(world: World, codes: Codes): Route[] {
  const get = (path: string, read: (query: URLSearchParams) => object): Route => ({
    method: 'GET',
    path,
    // text/plain, as api.weixin.qq.com has it here
    handle: (req: SimRequest) => answer(world, req, 'text/plain', () => read(req.query)),
  });
  return [
    get('/sns/oauth2/access_token', (query) => exchange(world, codes, query)),
    get('/sns/oauth2/refresh_token', (query) => refresh(world, codes, query)),
    get('/sns/userinfo', (query) => userinfo(world, codes, query)),
    get('/sns/auth', (query) => {
      bearer(codes, query);
      return { errcode: 0, errmsg: 'ok' };
    }),
  ];
}
