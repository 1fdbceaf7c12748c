import { SECOND } from '../../util/clock.js';
import { idsOf, TOKEN_LIFETIME, type Token } from '../accounts/codes.js';
import type { Route } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { answer, refuse } from './answer.js';
import { accountOf, required } from './credentials.js';
import { codeToSession } from './mini-program.js';

/** `/sns/oauth2/access_token` */
function exchange(state: SimulatorState, query: URLSearchParams): object {
  const { codes } = state;
  const appid = required(query, 'appid', 41002);
  const secret = required(query, 'secret', 41004);
  const code = required(query, 'code', 41008);
  if (query.get('grant_type') !== 'authorization_code') refuse(40002);
  accountOf(state, appid, secret);
  const grant = codes.redeem(code, appid);
  if (grant === 'unknown') return refuse(40029);
  if (grant === 'used') return refuse(state.switches.oauth.usedCode);
  const { openid, unionid } = idsOf(grant);
  return {
    ...tokenFields(codes.issueTokens(grant)),
    openid,
    scope: grant.scope,
    ...(grant.snapshot && { is_snapshotuser: 1 }),
    ...(grant.scope === 'snsapi_userinfo' && { unionid }),
  };
}

interface TokenPair {
  access_token: string;
  refresh_token: string;
}

const tokenFields = ({ access_token, refresh_token }: TokenPair): object => ({
  access_token,
  expires_in: TOKEN_LIFETIME / SECOND,
  refresh_token,
});

/** `/sns/oauth2/refresh_token` */
function refresh({ apps, codes }: SimulatorState, query: URLSearchParams): object {
  const appid = required(query, 'appid', 41002);
  const refresh_token = required(query, 'refresh_token', 41003);
  if (query.get('grant_type') !== 'refresh_token') refuse(40002);
  if (!apps.has(appid)) refuse(40013);
  const grant = codes.readRefreshToken(refresh_token);
  if (grant === 'expired') return refuse(42002);
  if (grant === 'unknown' || grant.appid !== appid) return refuse(40030);
  const access_token = codes.issueAccessToken(grant);
  return {
    ...tokenFields({ access_token, refresh_token }),
    openid: idsOf(grant).openid,
    scope: grant.scope,
  };
}

function tokenOf({ codes }: SimulatorState, query: URLSearchParams): Token {
  const access_token = required(query, 'access_token', 41001);
  const openid = required(query, 'openid', 41009);
  const token = codes.readAccessToken(access_token);
  if (token === 'unknown') return refuse(40014);
  if (token === 'expired') return refuse(42001);
  if (idsOf(token).openid !== openid) refuse(40003);
  return token;
}

/** `/sns/userinfo` */
function userinfo(state: SimulatorState, query: URLSearchParams): object {
  const { switches } = state;
  const grant = tokenOf(state, query);
  if (grant.scope !== 'snsapi_userinfo') refuse(48001);
  if (grant.snapshot && switches.oauth.snapshotUserinfo === 'refuse') refuse(48001);
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

/** `/sns/*`: the exchange of a code for an openid, and the uses of the page's token. */
export function snsRoutes(state: SimulatorState): Route[] {
  const get = (path: string, handle: (query: URLSearchParams) => object): Route => ({
    method: 'GET',
    path,
    // api.weixin.qq.com labels these answers as text/plain.
    handle: (req) => answer(state, req, 'text/plain', () => handle(req.query)),
  });
  return [
    get('/sns/oauth2/access_token', (query) => exchange(state, query)),
    get('/sns/oauth2/refresh_token', (query) => refresh(state, query)),
    get('/sns/jscode2session', (query) => codeToSession(state, query)),
    get('/sns/userinfo', (query) => userinfo(state, query)),
    get('/sns/auth', (query) => {
      tokenOf(state, query);
      return { errcode: 0, errmsg: 'ok' };
    }),
  ];
}
