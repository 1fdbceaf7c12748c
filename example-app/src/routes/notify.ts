import type Router from 'koa-router';
import { wxNotify } from 'koa-wxpay';
import { NOTIFY_PATH, type Shop } from '../shop.js';
import { createRouter } from './router.js';

/** Where WeChat reports payments. The effect is `fulfil` of the settlement; a notification without effect is not acknowledged. */
export function notifyRoutes({ settlement }: Shop): Router {
  const router = createRouter();
  router.post(NOTIFY_PATH, wxNotify(settlement));
  return router;
}
