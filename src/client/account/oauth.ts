import { badAnswer } from '../../core/account/answer.js';
import type { OAuthScope } from '../../core/oauth/authorize.js';
import { type OAuthUser, readAccessToken, readUserinfo } from '../../core/oauth/token.js';
import { type Account, callAccount } from './account.js';
import { exchangeCode, withoutSecrets } from './exchange-code.js';

/** Who came back from WeChat. */
export interface Identified {
  openid: string;
  /** With `snsapi_userinfo`. */
  user?: OAuthUser;
}

/**
 * Exchanges a code for the openid it stands for; with `snsapi_userinfo` for the profile too. `'snapshot'` when the openid is
 * virtual and does not belong to a user.
 *
 * @throws {ApiError} WeChat's `errcode` as text in `wechatCode`
 * @throws {TransportError}
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER`; no message and no cause holds the secret, the code or a token
 */
export async function identify(account: Account, code: string, scope: OAuthScope): Promise<Identified | 'snapshot'> {
  const token = await exchangeCode(account, {
    operation: 'sns/oauth2/access_token',
    code: { code },
    read: readAccessToken,
  });
  if (token.snapshot) return 'snapshot';
  const { openid, unionid, access_token } = token;
  if (scope === 'snsapi_base') return { openid };
  const user = await callAccount(account, {
    operation: 'sns/userinfo',
    path: '/sns/userinfo',
    query: { access_token, openid, lang: 'zh_CN' },
    read: (body) => withoutSecrets('sns/userinfo', [access_token], () => readUserinfo(body)),
  });
  if (user.openid !== openid) throw badAnswer('sns/userinfo: answered for another openid');
  return { openid, user: { ...(unionid && { unionid }), ...user } };
}
