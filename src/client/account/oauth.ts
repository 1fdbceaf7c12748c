import { badAnswer } from '../../core/account/answer.js';
import { ApiError } from '../../core/errors.js';
import type { OAuthScope } from '../../core/oauth/authorize.js';
import { type OAuthUser, readAccessToken, readUserinfo } from '../../core/oauth/token.js';
import { leftUntil } from '../http.js';
import { type Account, callAccount, TIMEOUT } from './account.js';

/** Who came back from WeChat. */
export interface Identified {
  openid: string;
  /** With `snsapi_userinfo`. */
  user?: OAuthUser;
}

/**
 * Exchanges a code for the openid it stands for; with `snsapi_userinfo` for the profile too. `'snapshot'` when the openid is
 * virtual and belongs to nobody.
 *
 * @throws ApiError WeChat's `errcode` as text in `wechatCode`
 * @throws TransportError
 * @throws WxpayError `ERR_WXPAY_BAD_ANSWER`; no message and no cause holds the secret, the code or a token
 */
export async function identify(account: Account, code: string, scope: OAuthScope): Promise<Identified | 'snapshot'> {
  const token = await exchangeCode(account, code);
  if (token.snapshot) return 'snapshot';
  const { openid, unionid, access_token } = token;
  if (scope === 'snsapi_base') return { openid };
  const body = await callAccount(account, {
    operation: 'sns/userinfo',
    path: '/sns/userinfo',
    query: { access_token, openid, lang: 'zh_CN' },
  });
  const user = withoutSecrets('sns/userinfo', [access_token], () => readUserinfo(body));
  if (user.openid !== openid) throw badAnswer('sns/userinfo: answered for another openid');
  return { openid, user: { ...(unionid && { unionid }), ...user } };
}

async function exchangeCode(account: Account, code: string) {
  const { appid, secret } = account;
  const until = performance.now() + TIMEOUT;
  const exchange = async () => {
    const call = {
      operation: 'sns/oauth2/access_token',
      path: '/sns/oauth2/access_token',
      query: { appid, secret, code, grant_type: 'authorization_code' },
    };
    const body = await callAccount(account, call, leftUntil(until));
    return withoutSecrets('sns/oauth2/access_token', [secret, code], () => readAccessToken(body));
  };
  try {
    return await exchange();
  } catch (error) {
    // "system error, try again": should the first have used the code up, the second says so and a fresh one is asked for
    if (error instanceof ApiError && error.wechatCode === '-1') return await exchange();
    throw error;
  }
}

/** A refusal quotes WeChat's text, and that text could quote our request. */
export function withoutSecrets<T>(operation: string, secrets: string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ApiError) || !secrets.some((secret) => error.text.includes(secret))) throw error;
    const { wechatCode, wechatStatus: status, meaning } = error;
    throw new ApiError(operation, { wechatCode, status, meaning, text: '(text withheld: it repeats the request)' });
  }
}
