import { cashierRoutes } from '../cashier/routes.js';
import { isEveryAddress } from '../http/addresses.js';
import { html } from '../http/answers.js';
import { type Host, listen } from '../http/listen.js';
import type { Route } from '../http/types.js';
import { authorizeRoute } from '../oauth/authorize.js';
import { miniProgramOf } from '../oauth/mini-program-view.js';
import type { SimulatorState } from '../state.js';
import { miniProgramRoute } from './mini-program-route.js';
import { emptyPage } from './pages.js';
import { personRoute } from './person-route.js';
import { proxy } from './proxy.js';
import { screenRoute } from './screen-route.js';
import { ShopCookies } from './shop-cookies.js';

/** Where the phone listens, and which shop it shows. */
export interface PhoneOptions {
  /**
   * The port of the phone.
   *
   * @default 0, a free port
   */
  port?: number;
  /**
   * The address to listen on.
   *
   * @default the `host` of the simulator
   */
  host?: string;
  /** The address of the shop, plain http. It can also be set later. */
  shop?: string;
}

/**
 * Turns a plain browser into WeChat: it forwards requests to the shop with the User-Agent of WeChat
 * and adds the bridge to the pages. Its address is the public origin of the shop, and its
 * `/connect/oauth2/authorize` the login page.
 *
 * Requests are limited to 4 MiB. WebSockets are not supported.
 */
export interface Phone extends Host {
  /** The origin of the shop, `null` while there is none. */
  shop: string | null;
}

/** @throws {TypeError} when `shop` is not an http address */
export async function startPhone(
  state: SimulatorState,
  { port = 0, host = '127.0.0.1', ...options }: PhoneOptions = {},
): Promise<Phone> {
  let shop = options.shop === undefined ? null : readShop(options.shop);
  const cookies = new ShopCookies();
  const shopRoute: Route = {
    method: '*',
    path: /^/,
    handle: async (req) => {
      if (!shop) return html(emptyPage(), 503);
      const answer = await proxy(shop, req, miniProgramOf(state, req));
      if (answer !== 'destroy') cookies.record([answer.headers?.['set-cookie'] ?? []].flat());
      return answer;
    },
  };
  const routes: Route[] = [
    authorizeRoute(state, { inWechat: true }),
    ...cashierRoutes(state),
    personRoute(state, cookies),
    miniProgramRoute(state),
    screenRoute,
    { method: '*', path: /^\/__wechat\//, handle: () => ({ status: 404 }) },
    shopRoute,
  ];
  const listener = await listen(routes, {
    port,
    host,
    beforeAnswer: () => state.storage.saved(),
  });
  state.urls.phone = listener.url;
  state.phoneEverywhere = isEveryAddress(host);
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
  if (URL.canParse(address) && new URL(address).protocol === 'http:') return new URL(address);
  const given = JSON.stringify(address);
  throw new TypeError(`"shop" must be an http address such as http://127.0.0.1:3000, not ${given}`);
}
