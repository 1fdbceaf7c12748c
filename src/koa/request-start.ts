import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const starts = new WeakMap<IncomingMessage, number>();
let watching = false;

/** From now on the moment is remembered at which the headers of each request arrived. */
export function watchRequestStarts(): void {
  if (watching) return;
  watching = true;
  subscribe('http.server.request.start', (message) => {
    starts.set((message as { request: IncomingMessage }).request, performance.now());
  });
}

/** Milliseconds since the headers of this request arrived: middlewares above may have spent some. */
export const sinceHeaders = (req: IncomingMessage): number => {
  const start = starts.get(req);
  return start === undefined ? 0 : performance.now() - start;
};
