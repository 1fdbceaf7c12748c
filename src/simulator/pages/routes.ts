import { originOf } from '../http/addresses.js';
import { markup } from '../http/markup.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';

/** The address of the phone for the browser that sent this request. */
function phoneFor({ urls, phoneEverywhere }: SimulatorState, req: SimRequest): string {
  const phone = urls.phone ?? '';
  if (!phoneEverywhere) return phone;
  return `http://${new URL(originOf(req)).hostname}:${new URL(phone).port}`;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The address of the page with the host of the phone, when both are names of this machine. Browsers
 * withhold the cookies of a frame whose host differs from the page's.
 */
function sameHost(req: SimRequest, phone: string): string | undefined {
  const asked = `http://${req.host}`;
  if (!URL.canParse(asked)) return undefined;
  const { hostname, port } = new URL(asked);
  const wanted = new URL(phone).hostname;
  if (hostname === wanted || !LOOPBACK.test(hostname) || !LOOPBACK.test(wanted)) return undefined;
  return `http://${wanted}${port && `:${port}`}/`;
}

/** Loaded when the page is opened: few simulators have their page open. */
const built = () => import('./built-page.js');

const asset = (type: string, body: string): SimAnswer => ({
  status: 200,
  headers: { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' },
  body,
});

/** The page shows keys: no other page may frame it, and nothing that a shop wrote may run in it. */
const policyFor = (phone: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    `frame-src ${phone}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const pageFor = (phone: string): SimAnswer => ({
  status: 200,
  headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policyFor(phone),
    'Referrer-Policy': 'no-referrer',
  },
  body: markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>WeChat simulator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/__page/page.css">
</head>
<body>
<div id="page" data-phone="${phone}"></div>
<noscript>This page needs JavaScript. 本页面需要 JavaScript。</noscript>
<script src="/__page/page.js"></script>
</body>
</html>
`.text,
});

/** The page for people: the phone, and what happens behind it. It uses only the interface under `/__sim`. */
export const pageRoutes = (state: SimulatorState): Route[] => [
  {
    method: 'GET',
    path: '/__page/page.js',
    handle: async () => asset('text/javascript', (await built()).script),
  },
  {
    method: 'GET',
    path: '/__page/page.css',
    handle: async () => asset('text/css', (await built()).style),
  },
  {
    method: 'GET',
    path: '/',
    handle: (req): SimAnswer => {
      const phone = phoneFor(state, req);
      const elsewhere = sameHost(req, phone);
      return elsewhere ? { status: 302, headers: { Location: elsewhere } } : pageFor(phone);
    },
  },
];
