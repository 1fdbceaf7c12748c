import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

const starts = new WeakMap<IncomingMessage, number>();
let watching = false;

/** Records from now on when the headers of each request arrive. */
export function watchRequestStarts(): void {
  if (watching) return;
  watching = true;
  subscribe('http.server.request.start', (message) => {
    starts.set((message as { request: IncomingMessage }).request, performance.now());
  });
}

/** Milliseconds since the headers of this request arrived, which includes the time that middlewares above took. 0 if unknown. */
export const sinceHeaders = (req: IncomingMessage): number => {
  const start = starts.get(req);
  return start === undefined ? 0 : performance.now() - start;
};
