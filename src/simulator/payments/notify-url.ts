import type { Rules } from '../scenarios/rules.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether WeChat accepts a notification address: absolute, without query or fragment, and https.
 * Plain http is accepted for this machine, and for any other when `notifyInsecure` is set.
 */
export function isNotifyUrl(
  notify_url: string,
  { notifyInsecure }: Pick<Rules, 'notifyInsecure'>,
): boolean {
  if (/[?#\s]/.test(notify_url) || !URL.canParse(notify_url)) return false;
  const { protocol, hostname, username } = new URL(notify_url);
  if (username !== '') return false;
  if (protocol === 'https:') return true;
  return protocol === 'http:' && (notifyInsecure || LOOPBACK.test(hostname));
}
