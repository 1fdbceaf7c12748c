import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { printable } from '../util/printable.js';

/**
 * Set on a request that wxNotify runs for. The symbol is one for the whole process, so that several copies of this module, such
 * as those of a test runner that loads each test file anew, know of each other's requests.
 */
const REACHED = Symbol.for('koa-wxpay.reached');

const watched = new Set<string>();
let subscribed = false;

/**
 * Remembers that wxNotify runs for this request, and stops the watch over its address: the order of the middlewares is right.
 * A proxy in the same process, such as the phone of the simulator, answers the same notification without wxNotify.
 *
 * @returns whether it does so for the first time: two in one chain would read one body twice
 */
export function markReached(req: IncomingMessage): boolean {
  if (REACHED in req) return false;
  Object.defineProperty(req, REACHED, { value: true });
  const address = watchedAddress(req.url);
  if (address !== undefined) watched.delete(address);
  return true;
}

/**
 * Warns once per address when a notification is answered before wxNotify has ever run there: a handler that is mounted before it
 * throws, or a login answers instead. Without this warning the log shows an error that does not mention wxNotify.
 */
export function watchAddress(notifyUrl: string): void {
  watched.add(new URL(notifyUrl).pathname);
  if (subscribed) return;
  subscribed = true;
  subscribe('http.server.response.finish', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (watched.size > 0 && !(REACHED in request)) warnOf(request, response.statusCode);
  });
}

function warnOf({ method, url, headers }: IncomingMessage, status: number): void {
  if (method !== 'POST' || !looksLikeNotification(headers)) return;
  const address = watchedAddress(url);
  if (address === undefined) return;
  watched.delete(address);
  process.emitWarning(
    `a notification to ${printable(pathOf(url))} was answered with ${status}, and wxNotify did not run: mount wxNotify before the ` +
      `handler, as in router.post('${address}', wxNotify(…), handler), and let every middleware above it "await next()"`,
    { code: 'WXPAY_NOT_REACHED' },
  );
}

/** The watched address of a request. A proxy may have taken a prefix off its path. */
function watchedAddress(url: string | undefined): string | undefined {
  const path = pathOf(url);
  return [...watched].find((known) => known === path || (path.length > 1 && known.endsWith(path)));
}

const pathOf = (url = ''): string => url.split('?', 1)[0] as string;

const looksLikeNotification = (headers: IncomingMessage['headers']): boolean =>
  headers['wechatpay-signature'] !== undefined || /xml/i.test(headers['content-type'] ?? '');
