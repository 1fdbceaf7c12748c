import { USER_AGENT } from '../cashier/user-agent.js';
import type { SimRequest } from '../http.js';
import { PERSON_COOKIE } from '../oauth/authorize.js';
import { widenPolicy } from './policy.js';

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

const REPLACED = new Set(['accept-encoding', 'content-length', 'cookie', 'forwarded', 'user-agent']);

/** Headers as they go to the shop. `Host` stays the phone's: that is the shop's public origin. */
export function towardsShop({ raw, headers, body, host, remoteAddress }: SimRequest): string[] {
  const named = new Set((headers.connection ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/)));
  const kept: string[] = [];
  for (let at = 0; at < raw.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = raw.rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || REPLACED.has(lower) || named.has(lower) || lower.startsWith('x-forwarded-')) continue;
    kept.push(name, value);
  }
  const agent = headers['user-agent']?.[0] ?? '';
  kept.push('user-agent', /MicroMessenger/i.test(agent) ? agent : USER_AGENT);
  kept.push('accept-encoding', 'identity');
  kept.push('x-forwarded-for', remoteAddress.replace(/^::ffff:/, ''));
  kept.push('x-forwarded-host', host, 'x-forwarded-proto', 'http');
  const cookie = (headers.cookie ?? [])
    .flatMap((line) => line.split(/;\s*/))
    .filter((pair) => pair !== '' && !pair.startsWith(`${PERSON_COOKIE}=`))
    .join('; ');
  if (cookie) kept.push('cookie', cookie);
  if (body.length > 0 || headers['content-length']) kept.push('content-length', String(body.length));
  return kept;
}

/** Headers as they go to the browser: addresses of the shop's own origin, and of WeChat's login, become the phone's. */
export function towardsBrowser(
  headers: NodeJS.Dict<string[]>,
  { shop, phone }: { shop: URL; phone: string },
): Record<string, string[]> {
  const kept: Record<string, string[]> = {};
  const named = new Set((headers.connection ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/)));
  for (const [name, values = []] of Object.entries(headers)) {
    if (HOP_BY_HOP.has(name) || named.has(name) || name === 'x-frame-options') continue;
    kept[name] = values;
  }
  if (kept.location) kept.location = kept.location.map((location) => relocate(location, shop, phone));
  if (kept['set-cookie']) {
    // a domain of the shop's would make the browser refuse the cookie here
    kept['set-cookie'] = kept['set-cookie'].map((cookie) => cookie.replace(/;\s*domain=[^;]*/gi, ''));
  }
  const policy = kept['content-security-policy'];
  if (policy) kept['content-security-policy'] = policy.map(widenPolicy);
  return kept;
}

function relocate(location: string, shop: URL, phone: string): string {
  if (!/^https?:\/\//i.test(location) || !URL.canParse(location)) return location;
  const { origin, pathname } = new URL(location);
  const login = origin === 'https://open.weixin.qq.com' && pathname === '/connect/oauth2/authorize';
  return origin === shop.origin || login ? phone + location.replace(/^https?:\/\/[^/?#]*/i, '') : location;
}
