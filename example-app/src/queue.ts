import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { perform, takeTasks } from './outbox.js';
import { reconcileShop } from './reconciling.js';
import { type Running, repeat } from './repeat.js';
import type { Shop } from './shop.js';

const NAME = 'koa-wxpay-example';
// the outbox and the orders remember what is left to do; the queue keeps only what is under way
const FORGET = { removeOnComplete: true, removeOnFail: true };

/**
 * The same as `jobs.ts`, shared by any number of worker processes through BullMQ. Redis may lose everything: tasks are in the outbox
 * until they are done, and the schedule is made again within a minute.
 */
export async function startQueue(shop: Shop, redisUrl: string): Promise<Running> {
  // BullMQ blocks on its connection for as long as nothing is to be done
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(NAME, { connection });
  const stopping = new AbortController();
  const worker = new Worker(
    NAME,
    async ({ name, data }) =>
      name === 'reconcile' ? reconcileShop(shop, stopping.signal) : perform(shop.db, data.key, shop.wxpay.now()),
    { connection, concurrency: 8 },
  );
  const complain = oncePerMinute((error) => console.error(`queue (REDIS_URL): ${error.message}`));
  connection.on('error', complain);
  queue.on('error', complain);
  worker.on('error', complain);
  worker.on('failed', (job, error) => console.error(`${job?.name} ${job?.id}: ${error.message}`));

  const schedule = (): Promise<unknown> =>
    queue.upsertJobScheduler('reconcile', { every: 60_000 }, { name: 'reconcile', opts: FORGET });
  await schedule();
  const keeping = repeat('schedule', 60_000, async () => {
    if (!(await queue.getJobScheduler('reconcile'))) await schedule();
  });
  const relay = repeat('outbox', 500, async () => {
    const tasks = await takeTasks(shop.db, 100);
    const backoff = { type: 'exponential', delay: 1_000 };
    await queue.addBulk(
      // the same task twice in the queue is one job
      tasks.map(({ key }) => ({ name: 'task', data: { key }, opts: { ...FORGET, jobId: key, attempts: 4, backoff } })),
    );
  });

  return {
    async stop() {
      stopping.abort();
      await Promise.all([relay.stop(), keeping.stop()]);
      await worker.close();
      await queue.close();
      await connection.quit();
    },
  };
}

/** A server that is down is heard of on three connections, several times a second. */
function oncePerMinute(tell: (error: Error) => void): (error: Error) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - last < 60_000) return;
    last = now;
    tell(error);
  };
}
