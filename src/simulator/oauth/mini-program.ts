import { kindOf } from '../accounts/app.js';
import type { SimulatorState } from '../state.js';
import { refuse } from './answer.js';
import { accountOf, required } from './credentials.js';

/** `/sns/jscode2session`: the exchange of a code of `wx.login()` for an openid. */
export function codeToSession(state: SimulatorState, query: URLSearchParams): object {
  const appid = required(query, 'appid', 41002);
  const secret = required(query, 'secret', 41004);
  const code = required(query, 'js_code', 41008);
  if (query.get('grant_type') !== 'authorization_code') refuse(40002);
  if (kindOf(accountOf(state, appid, secret)) !== 'miniProgram') refuse(40013);
  const login = state.codes.redeemForMiniProgram(code, appid);
  if (login === 'unknown') return refuse(40029);
  if (login === 'used') return refuse(state.switches.oauth.usedCode);
  const { person } = login;
  return {
    session_key: state.random(16).toString('base64'),
    openid: person.openid(appid),
    unionid: person.unionid,
  };
}
