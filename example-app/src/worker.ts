import { readConfig } from './config.js';
import { need } from './env.js';
import { runUntilStopped } from './lifetime.js';
import { openShop } from './open.js';
import { startQueue } from './queue.js';

/** A process that does what is not a request; start as many as there is work for. */
async function start(): Promise<{ says: string; stop(): Promise<void> }> {
  const { REDIS_URL } = need(process.env, 'REDIS_URL', 'DATABASE_URL', 'WXPAY_MCHID');
  const config = readConfig(process.env);
  const shop = await openShop(config, config.wechat!);
  const queue = await startQueue(shop, REDIS_URL);
  return {
    says: '小满 has a worker',
    async stop() {
      await queue.stop();
      await shop.settlement.idle();
      await shop.db.close();
    },
  };
}

await runUntilStopped(start);
