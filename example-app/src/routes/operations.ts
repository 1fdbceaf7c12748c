import type Router from 'koa-router';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { ownerOnly } from '../owner-key.js';
import type { Shop } from '../shop.js';
import { measureWxpay } from '../wxpay-metrics.js';
import { createRouter } from './router.js';

/** Of the whole process, as the channels that feed it are. */
const registry = new Registry();
measureWxpay(registry);
collectDefaultMetrics({ register: registry });

/** How long the database may take to answer a health check. Milliseconds. */
const LONGEST = 2_000;

/** What a load balancer and Prometheus ask for. Prometheus gives the owner's key as the password of `basic_auth`. */
export function operationRoutes(shop: Shop): Router {
  const router = createRouter();

  router.get('/healthz', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const healthy = await answers(shop);
    ctx.status = healthy ? 200 : 503;
    ctx.body = { status: healthy ? 'ok' : 'the database does not answer' };
  });

  router.get('/metrics', ownerOnly(shop), async (ctx) => {
    ctx.type = registry.contentType;
    ctx.body = await registry.metrics();
  });

  return router;
}

async function answers({ db }: Shop): Promise<boolean> {
  const late = AbortSignal.timeout(LONGEST);
  const timedOut = new Promise<false>((resolve) => late.addEventListener('abort', () => resolve(false)));
  const answered = db.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answered, timedOut]);
}
