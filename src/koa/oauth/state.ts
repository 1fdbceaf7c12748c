import { sha256Hex } from '../../core/crypto/digest.js';
import { MINUTE } from '../../util/clock.js';
import { isReturnTo } from './address.js';

/** How long a login may take. */
export const STATE_LIFETIME = 10 * MINUTE;
/** How many logins one browser may have under way. */
export const MAX_PENDING = 10;
/** How often a login is started again automatically before the user is asked. */
export const MAX_RESTARTS = 2;
/** Bytes that the cookies of all logins of one browser may take: proxies refuse header lines above 8 KiB. */
export const MAX_LOGIN_BYTES = 4096;

/**
 * - `pending`: sent to WeChat, not yet back.
 * - `spent`: its code was refused or lost; it is never exchanged again.
 * - `done`: it logged the user in.
 */
export type Phase = 'pending' | 'spent' | 'done';

/** One login, remembered in the browser that began it. */
export interface Login {
  state: string;
  /** When it began, in milliseconds. */
  issued: number;
  restarts: number;
  phase: Phase;
  /** Path and query to end at, the page's own `code` and `state` included. */
  returnTo: string;
}

/**
 * 128 random bits, and 64 bits by which an account and scope recognise their own states: a page may have a parameter named
 * `state`, and several accounts may guard one page.
 *
 * @param nonce 32 lower-case hex characters
 */
export function buildState(nonce: string, appid: string, scope: string): string {
  if (!/^[0-9a-f]{32}$/.test(nonce)) throw new TypeError('"nonce" must return 32 lower-case hex characters');
  return nonce + mark(nonce, appid, scope);
}

/** Whether a `state` has the form of {@link buildState}. It does not prove who made it. */
export const isState = (text: string, appid: string, scope: string): boolean =>
  /^[0-9a-f]{48}$/.test(text) && mark(text.slice(0, 32), appid, scope) === text.slice(32);

const mark = (nonce: string, appid: string, scope: string): string =>
  sha256Hex(`koa-wxpay ${appid} ${scope} ${nonce}`).slice(0, 16);

export const writeLogin = ({ state, issued, restarts, phase, returnTo }: Login): string =>
  Buffer.from(JSON.stringify([state, issued, restarts, phase, returnTo])).toString('base64url');

/** The login in a cookie whose signature was checked. `null` if it is not one, or if it would leave the origin. */
export function readLogin(text: string, base: string): Login | null {
  const [state, issued, restarts, phase, returnTo] = parseArray(Buffer.from(text, 'base64url').toString());
  if (typeof state !== 'string' || !Number.isSafeInteger(issued) || !Number.isSafeInteger(restarts)) return null;
  if (phase !== 'pending' && phase !== 'spent' && phase !== 'done') return null;
  if (!isReturnTo(returnTo, base)) return null;
  return { state, issued: issued as number, restarts: restarts as number, phase, returnTo };
}

function parseArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Whether its code may still be exchanged. */
export const isOpen = ({ phase, issued }: Login, now: number): boolean =>
  phase === 'pending' && Math.abs(now - issued) <= STATE_LIFETIME;
