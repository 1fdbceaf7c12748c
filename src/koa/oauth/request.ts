import type { IncomingMessage } from 'node:http';

/** Whether a browser is opening a page: only then does it follow a redirect to WeChat and come back. */
export function isNavigation({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET') return false;
  const mode = headers['sec-fetch-mode'];
  if (mode !== undefined) return mode === 'navigate';
  // the value counts, not the presence: Android's WebView sends its package name (com.tencent.mm) with every page
  if (/^xmlhttprequest$/i.test(String(headers['x-requested-with'] ?? ''))) return false;
  return headers.accept === undefined || /\btext\/html\b/i.test(headers.accept);
}

/** By the browser's own word, so for routing only. WeCom calls itself WeChat too, but opens no pages of official accounts. */
export const isWechat = ({ headers }: IncomingMessage): boolean =>
  /\bmicromessenger\//i.test(headers['user-agent'] ?? '') && !/\bwxwork\//i.test(headers['user-agent'] ?? '');
