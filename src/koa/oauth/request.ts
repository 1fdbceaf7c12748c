import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/**
 * - `page`: a browser opens a page, follows a redirect to WeChat and comes back.
 * - `frame`: a page inside another page, where WeChat shows its login as a blank page.
 * - `other`: a script, a prefetch or a form. None of them can log in.
 */
export type RequestKind = 'page' | 'frame' | 'other';

/** What asked for this address. Without Sec-Fetch headers (iOS before 16.4, older Android WebViews) a frame looks like a page. */
export function kindOf({ method, headers }: IncomingMessage): RequestKind {
  if (method !== 'GET' || isPrefetch(headers)) return 'other';
  const mode = headerOf(headers, 'sec-fetch-mode');
  // Chrome 76 to 79, on which WebViews in use are built, have a mode of its own for frames.
  if (mode === 'nested-navigate') return 'frame';
  if (mode === '') return looksLikePage(headers) ? 'page' : 'other';
  if (mode !== 'navigate') return 'other';
  return FRAMES.includes(headerOf(headers, 'sec-fetch-dest')) ? 'frame' : 'page';
}

const FRAMES = ['iframe', 'frame', 'embed', 'object', 'fencedframe'];

/** A page that is fetched before it is opened. A login that begins there would be left half done. */
function isPrefetch(headers: IncomingHttpHeaders): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /\b(?:prefetch|prerender|preview)\b/.test(headerOf(headers, name)),
  );
}

function looksLikePage(headers: IncomingHttpHeaders): boolean {
  // The value counts: Android's WebView sends its package name (com.tencent.mm) with every page.
  if (headerOf(headers, 'x-requested-with') === 'xmlhttprequest') return false;
  // Browsers ask for https with the pages they open, and not from scripts.
  if (headerOf(headers, 'upgrade-insecure-requests') === '1') return true;
  return headers.accept === undefined || /\btext\/html\b/.test(headerOf(headers, 'accept'));
}

const headerOf = (headers: IncomingHttpHeaders, name: string): string =>
  String(headers[name] ?? '')
    .trim()
    .toLowerCase();

/** Told by the User-Agent, so it serves for routing only. WeCom names WeChat there too, but cannot log in to official accounts. */
export const isWechat = ({ headers }: IncomingMessage): boolean =>
  /\bmicromessenger\//i.test(headers['user-agent'] ?? '') && !/\bwxwork\//i.test(headers['user-agent'] ?? '');
