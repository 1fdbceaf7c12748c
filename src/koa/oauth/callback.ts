import type { OAuthScope } from '../../core/oauth/authorize.js';
import { valuesOf } from './address.js';
import { isState } from './state.js';

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
