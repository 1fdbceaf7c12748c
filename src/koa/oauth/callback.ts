import type { OAuthScope } from '../../core/oauth/authorize.js';
import { valuesOf } from './address.js';
import { isState } from './state.js';

/** What WeChat appended to the address of the page. Without a `code` the user refused. */
export interface Callback {
  state: string;
  code: string | undefined;
}

/**
 * The callback in an address, or `null`. Only a `state` of our own form makes a request a callback: every other `code` or
 * `state` is a parameter of the page. `'malformed'` when a value came twice or cannot be a code.
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
