import Koa, { type Context } from 'koa';
import bodyParser from 'koa-bodyparser';
import { errorPages } from './error-pages.js';
import { sameOrigin, securityHeaders } from './guards.js';
import { plainInput } from './input.js';
import { assetRoutes } from './routes/assets.js';
import { goodsRoutes } from './routes/goods.js';
import { createLogin } from './routes/login.js';
import { notifyRoutes } from './routes/notify.js';
import { operationRoutes } from './routes/operations.js';
import { orderRoutes } from './routes/orders.js';
import { ownerRoutes } from './routes/owner.js';
import { payRoutes } from './routes/pay.js';
import { webRoutes } from './routes/web.js';
import type { Shop } from './shop.js';

/** What cannot be read is the sender's mistake; zlib and others say only that it failed. */
function unreadable({ status }: Error & { status?: number }, ctx: Context): never {
  return ctx.throw(status !== undefined && status >= 400 && status < 500 ? status : 400);
}

/** The shop as a Koa app. Read on at `routes/pay.ts` and `routes/notify.ts`. */
export function createApp(shop: Shop): Koa {
  const app = new Koa();
  app.keys = [shop.cookieKey];
  // Behind one proxy: nginx, or the phone of the simulator. Only the last entry of X-Forwarded-For is the proxy's; what stands
  // before it is what the visitor sent.
  app.proxy = true;
  app.maxIpsCount = 1;

  app.use(securityHeaders(shop.wechat));
  // before the body parser: what WeChat signed are the bytes as they arrived
  app.use(notifyRoutes(shop).routes());
  app.use(errorPages());
  app.use(bodyParser({ enableTypes: ['form'], onerror: unreadable }));
  app.use(plainInput());
  app.use(sameOrigin(shop.wechat));

  const login = createLogin(shop);
  app.use(operationRoutes(shop).routes());
  app.use(assetRoutes().routes());
  app.use(goodsRoutes(shop, login).routes());
  app.use(orderRoutes(shop, login).routes());
  app.use(payRoutes(shop, login).routes());
  app.use(webRoutes(shop).routes());
  app.use(ownerRoutes(shop).routes());
  return app;
}
