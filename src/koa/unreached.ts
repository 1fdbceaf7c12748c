import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { printable } from '../util/printable.js';

const reached = new WeakSet<IncomingMessage>();
const watched = new Set<string>();
let subscribed = false;

/**
 * Remembers that wxNotify runs for this request.
 *
 * @returns whether it does so for the first time: two in one chain would read one body twice
 */
export function markReached(req: IncomingMessage): boolean {
  if (reached.has(req)) return false;
  reached.add(req);
  return true;
}

/**
 * Warns once per address when a notification is answered although wxNotify has not run: a handler that is mounted before it
 * throws, or a login answers instead. Without this warning the log shows an error that does not mention wxNotify.
 */
export function watchAddress(notifyUrl: string): void {
  watched.add(new URL(notifyUrl).pathname);
  if (subscribed) return;
  subscribed = true;
  subscribe('http.server.response.finish', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (watched.size > 0 && !reached.has(request)) warnOf(request, response.statusCode);
  });
}

function warnOf({ method, url = '', headers }: IncomingMessage, status: number): void {
  if (method !== 'POST' || !looksLikeNotification(headers)) return;
  const path = url.split('?', 1)[0] as string;
  // A proxy may have taken a prefix off the path.
  const address = [...watched].find((known) => known === path || (path.length > 1 && known.endsWith(path)));
  if (address === undefined) return;
  watched.delete(address);
  process.emitWarning(
    `a notification to ${printable(path)} was answered with ${status}, and wxNotify did not run: mount wxNotify before the ` +
      `handler, as in router.post('${address}', wxNotify(…), handler), and let every middleware above it "await next()"`,
    { code: 'WXPAY_NOT_REACHED' },
  );
}

const looksLikeNotification = (headers: IncomingMessage['headers']): boolean =>
  headers['wechatpay-signature'] !== undefined || /xml/i.test(headers['content-type'] ?? '');
