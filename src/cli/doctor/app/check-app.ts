import type Koa from 'koa';
import type { Facts } from '../facts.js';
import { error, type Finding, ok, warning } from '../finding.js';
import { type Chain, chainsOf } from './chains.js';
import { checkOrder, has } from './order.js';

/** Whether the middlewares of an app are mounted where they work. */
export function checkApp(app: Koa, { notifyUrls }: Pick<Facts, 'notifyUrls'>): Finding[] {
  const chains = chainsOf(app);
  const ours = chains.filter((chain) => has(chain, 'wxNotify') || has(chain, 'wxPrepay') || has(chain, 'wxOAuth'));
  if (ours.length === 0) return [NOTHING_FOUND];
  const findings = [
    ...distinct(chains.flatMap(checkOrder)),
    ...keyFindings(app, chains),
    ...proxyFindings(app),
    ...notifyFindings(chains, notifyUrls),
  ];
  const wrong = findings.some(({ severity }) => severity !== 'ok');
  return wrong
    ? findings
    : [...findings, ok('app', `${ours.length} routes with middlewares of koa-wxpay are in order`)];
}

const NOTHING_FOUND = warning(
  'app',
  'no middleware of koa-wxpay was found',
  'They are recognised by their names in app.middleware and in koa-router; koa-compose, koa-mount and minified bundles hide them.',
  'Export the app before it is bundled, with its routes mounted by app.use(router.routes()).',
);

/** A middleware of app.use is part of every chain. */
const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [`${finding.what} ${finding.subject}`, finding])).values(),
];

function keyFindings({ keys }: Koa, chains: readonly Chain[]): Finding[] {
  const needed = chains.some((chain) => has(chain, 'wxOAuth') || has(chain, 'wxMiniLogin'));
  const list = Array.isArray(keys) ? keys.map(String) : [];
  const fix = 'Set app.keys to long random strings that are the same in every process, from the environment.';
  if (needed && !keys) {
    return [error('app.keys', 'they are missing', 'wxOAuth signs its cookies with them (ERR_WXPAY_MOUNT).', fix)];
  }
  const short = list.find((key) => key.length < 16);
  return short === undefined
    ? []
    : [
        warning(
          'app.keys',
          'a key has fewer than 16 characters',
          'Whoever guesses it can sign a cookie with any openid.',
          fix,
        ),
      ];
}

function proxyFindings(app: Koa): Finding[] {
  if (!app.proxy || app.maxIpsCount > 0) return [];
  return [
    warning(
      'app.proxy',
      'app.maxIpsCount is not set',
      "Every entry of X-Forwarded-For is trusted, so a visitor can choose the address that is sent to WeChat Pay as the payer's.",
      'Set app.maxIpsCount to the number of your proxies.',
    ),
  ];
}

function notifyFindings(chains: readonly Chain[], notifyUrls: readonly string[]): Finding[] {
  const mounted = chains.filter((chain) => has(chain, 'wxNotify'));
  if (mounted.length === 0 && chains.some((chain) => has(chain, 'wxPrepay'))) {
    return [
      error(
        'wxNotify',
        'orders are placed, and wxNotify is not mounted',
        'The shop does not learn that orders were paid.',
        "Mount router.post('/wxpay/notify', wxNotify(…), handler).",
      ),
    ];
  }
  return notifyUrls.filter((url) => URL.canParse(url)).flatMap((url) => mountFindings(mounted, new URL(url).pathname));
}

/** A proxy may take a prefix off the path that WeChat Pay calls. */
function mountFindings(mounted: readonly Chain[], pathname: string): Finding[] {
  const paths = mounted.flatMap(({ path }) => (path === undefined ? [] : [path]));
  if (paths.length === 0 || paths.some((path) => pathname.endsWith(path))) return [];
  return [
    error(
      'notify_url',
      `its path is ${pathname}, and wxNotify is mounted at ${paths.join(', ')}`,
      'Notifications get 404.',
      'Use one path for both. A prefix that a proxy removes may stand in front.',
    ),
  ];
}
