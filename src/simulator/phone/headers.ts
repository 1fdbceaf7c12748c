import { USER_AGENT } from '../cashier/user-agent.js';
import type { SimRequest } from '../http/types.js';
import { PERSON_COOKIE } from '../oauth/holder.js';
import { MINI_PROGRAM_COOKIE } from '../oauth/mini-program-view.js';
import { widenPolicy } from './policy.js';
import { SCREEN_COOKIE } from './screen-route.js';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const REPLACED = new Set([
  'accept-encoding',
  'content-length',
  'cookie',
  'forwarded',
  'user-agent',
]);

/** The headers that concern only one connection, because they are or because `Connection` says. */
function hopByHop(connection: readonly string[] = []): (name: string) => boolean {
  const named = new Set(connection.flatMap((value) => value.toLowerCase().split(/\s*,\s*/)));
  return (name) => HOP_BY_HOP.has(name) || named.has(name);
}

/** The headers of a request to the shop. `Host` stays the phone's, the shop's public origin. */
export function towardsShop(req: SimRequest, miniProgram?: string): string[] {
  const { raw, headers, cookies, body, host, remoteAddress } = req;
  const isHopByHop = hopByHop(headers.connection);
  const kept: string[] = [];
  for (let at = 0; at < raw.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = raw.rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    const dropped = isHopByHop(lower) || REPLACED.has(lower) || lower.startsWith('x-forwarded-');
    const framed = lower === 'sec-fetch-dest' && value === 'iframe' && cookies.has(SCREEN_COOKIE);
    if (!dropped) kept.push(name, framed ? 'document' : value);
  }
  const agent = headers['user-agent']?.[0] ?? '';
  const wechat = /MicroMessenger/i.test(agent) ? agent : USER_AGENT;
  kept.push('user-agent', miniProgram ? `${wechat} miniProgram/${miniProgram}` : wechat);
  kept.push('accept-encoding', 'identity');
  kept.push('x-forwarded-for', remoteAddress.replace(/^::ffff:/, ''));
  kept.push('x-forwarded-host', host, 'x-forwarded-proto', 'http');
  const cookie = shopCookies(headers.cookie);
  if (cookie) kept.push('cookie', cookie);
  if (body.length > 0 || headers['content-length']) {
    kept.push('content-length', String(body.length));
  }
  return kept;
}

/** The cookies of the phone itself. */
const OWN_COOKIES = [PERSON_COOKIE, MINI_PROGRAM_COOKIE, SCREEN_COOKIE];

const shopCookies = (headers: readonly string[] = []): string =>
  headers
    .flatMap((line) => line.split(/;\s*/))
    .filter((pair) => pair !== '' && !OWN_COOKIES.some((name) => pair.startsWith(`${name}=`)))
    .join('; ');

/**
 * The headers of an answer to the browser. Addresses of the shop's own origin and of WeChat's login
 * become addresses of the phone.
 */
export function towardsBrowser(
  headers: NodeJS.Dict<string[]>,
  { shop, phone }: { shop: URL; phone: string },
): Record<string, string[]> {
  const isHopByHop = hopByHop(headers.connection);
  const kept: Record<string, string[]> = {};
  for (const [name, values = []] of Object.entries(headers)) {
    if (!isHopByHop(name) && name !== 'x-frame-options') kept[name] = values;
  }
  const { location, 'set-cookie': cookies, 'content-security-policy': policies } = kept;
  if (location) kept.location = location.map((address) => relocate(address, shop, phone));
  if (cookies) {
    // The browser refuses cookies for another domain than the phone's.
    kept['set-cookie'] = cookies.map((cookie) => cookie.replace(/;\s*domain=[^;]*/gi, ''));
  }
  if (policies) kept['content-security-policy'] = policies.map(widenPolicy);
  return kept;
}

function relocate(location: string, shop: URL, phone: string): string {
  if (!/^https?:\/\//i.test(location) || !URL.canParse(location)) return location;
  const { origin, pathname } = new URL(location);
  const isLogin =
    origin === 'https://open.weixin.qq.com' && pathname === '/connect/oauth2/authorize';
  if (origin !== shop.origin && !isLogin) return location;
  return phone + location.replace(/^https?:\/\/[^/?#]*/i, '');
}
