import type { SimAnswer } from './types.js';

/** An answer with a JSON body. */
export const json = (body: unknown, status = 200): SimAnswer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
  body: JSON.stringify(body),
});

/** An answer with an HTML page. */
export const html = (body: string, status = 200): SimAnswer => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  body,
});
