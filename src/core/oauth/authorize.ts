/** `snsapi_base` gives the openid without a question; `snsapi_userinfo` asks the user and gives a profile. */
export type OAuthScope = 'snsapi_base' | 'snsapi_userinfo';

export interface AuthorizeRequest {
  /** Address of WeChat's authorize page. */
  authorizeUrl: string;
  appid: string;
  /** Where WeChat sends the user back to, whole. */
  redirect_uri: string;
  scope: OAuthScope;
  state: string;
}

/**
 * The address that asks WeChat for a code.
 *
 * @see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 */
export function buildAuthorizeUrl({ authorizeUrl, appid, redirect_uri, scope, state }: AuthorizeRequest): string {
  // the documented order: older clients match the address by a regular expression and show a white page for any other
  const query = [
    `appid=${encodeURIComponent(appid)}`,
    `redirect_uri=${encodeURIComponent(redirect_uri)}`,
    'response_type=code',
    `scope=${scope}`,
    `state=${state}`,
  ].join('&');
  return `${authorizeUrl}?${query}#wechat_redirect`;
}
