import { valuesOf } from './address.js';
import { isState } from './state.js';

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

/** What WeChat appended to our address. Without a `code` the user said no. */
export interface Callback {
  state: string;
  code: string | undefined;
}

/**
 * The callback a request is, if it is one: only a `state` of our own form makes it so, since any other `code` or `state`
 * belongs to the page. `'malformed'` when a value came twice or cannot be a code.
 */
export function readCallback(address: string, appid: string, scope: OAuthScope): Callback | 'malformed' | null {
  const states = valuesOf(address, 'state');
  const state = states.find((value) => isState(value, appid, scope));
  if (state === undefined) return null;
  const codes = valuesOf(address, 'code');
  if (states.length > 1 || codes.length > 1) return 'malformed';
  const code = codes[0] || undefined;
  if (code !== undefined && !/^[\x21-\x7e]{1,512}$/.test(code)) return 'malformed';
  return { state, code };
}
