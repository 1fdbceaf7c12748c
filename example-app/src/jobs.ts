import { perform, takeTasks } from './outbox.js';
import { reconcileShop } from './reconciling.js';
import { type Running, repeat } from './repeat.js';
import type { Shop } from './shop.js';

/** Runs the background work inside the process of the shop, which is enough for one machine. With REDIS_URL, `queue.ts` runs it. */
export function startJobs(shop: Shop): Running {
  const tasks = repeat('outbox', 1_000, async () => {
    for (const { key } of await takeTasks(shop.db, 20)) await perform(shop.db, key, shop.wxpay.now());
  });
  const reconciling = repeat('reconcile', 60_000, (signal) => reconcileShop(shop, signal));
  return {
    async stop() {
      await Promise.all([tasks.stop(), reconciling.stop()]);
    },
  };
}
