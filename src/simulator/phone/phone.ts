import { cashierRoutes } from '../cashier/routes.js';
import { type Host, html, listen } from '../http.js';
import { authorizeRoute } from '../oauth/authorize.js';
import type { OAuth } from '../oauth/routes.js';
import type { World } from '../world.js';
import { holderRoute, ShopCookies } from './holder.js';
import { emptyPage } from './pages.js';
import { proxy } from './proxy.js';

export interface PhoneOptions {
  /** @default 0, a free port */
  port?: number;
  /** @default '127.0.0.1' */
  host?: string;
  /** Where the shop listens, plain http; can be said later. */
  shop?: string;
}

/**
 * How a plain browser becomes WeChat: this listener proxies the shop under a WeChat user-agent and puts the bridge into its
 * pages. The phone's address is the shop's public origin, and its `/connect/oauth2/authorize` the `authorizeUrl`.
 *
 * Requests up to 4 MiB; no WebSockets.
 */
export interface Phone extends Host {
  /** `null` until it is known. Only the origin counts. */
  shop: string | null;
}

/** @throws TypeError when `shop` is not an http address. */
export async function startPhone(world: World, oauth: OAuth, options: PhoneOptions = {}): Promise<Phone> {
  let shop = options.shop === undefined ? null : readShop(options.shop);
  const cookies = new ShopCookies();
  const listener = await listen(
    [
      authorizeRoute(world, oauth.codes, { inWechat: true }),
      ...cashierRoutes(world, oauth),
      holderRoute(world, cookies),
      { method: '*', path: /^\/__wechat\//, handle: () => ({ status: 404 }) },
      {
        method: '*',
        path: /^/,
        handle: async (req) => {
          if (!shop) return html(emptyPage(), 503);
          const answer = await proxy(shop, req);
          if (answer !== 'destroy') cookies.note([answer.headers?.['set-cookie'] ?? []].flat());
          return answer;
        },
      },
    ],
    { port: options.port ?? 0, host: options.host ?? '127.0.0.1' },
  );
  world.urls.phone = listener.url;
  return {
    ...listener,
    get shop() {
      return shop?.origin ?? null;
    },
    set shop(address) {
      shop = address === null ? null : readShop(address);
    },
  };
}

function readShop(address: string): URL {
  if (!URL.canParse(address) || new URL(address).protocol !== 'http:') {
    throw new TypeError(`"shop" must be an http address such as http://127.0.0.1:3000, not ${JSON.stringify(address)}`);
  }
  return new URL(address);
}
