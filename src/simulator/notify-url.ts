import type { Rules } from './world.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Absolute, without query or fragment; https, or plain http towards this machine (anywhere when the rules say so). */
export function deliverable(notify_url: string, { notifyInsecure }: Pick<Rules, 'notifyInsecure'>): boolean {
  if (/[?#\s]/.test(notify_url) || !URL.canParse(notify_url)) return false;
  const { protocol, hostname, username } = new URL(notify_url);
  if (username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && (notifyInsecure || LOOPBACK.test(hostname)));
}
