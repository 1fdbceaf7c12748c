import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { createApp } from './app.js';
import { type Config, readConfig } from './config.js';
import { startJobs } from './jobs.js';
import { report, runUntilStopped } from './lifetime.js';
import { openShop } from './open.js';
import { startQueue } from './queue.js';
import type { Running } from './repeat.js';
import type { Shop } from './shop.js';
import { simulatedWechat } from './wechat.js';

/** Everything in the order it needs each other; `stop` takes it down the other way round, and loses nothing. */
async function start(config: Config): Promise<{ says: string; stop(): Promise<void> }> {
  const simulator = config.wechat ? undefined : await startSimulator(config);
  const wechat = config.wechat ?? simulatedWechat(simulator as Simulator, config.api);
  const shop = await openShop(config, wechat);

  const app = createApp(shop);
  app.on('error', report);
  const server = app.listen(config.port, config.host);
  server.requestTimeout = 15_000;
  server.headersTimeout = 10_000;
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (simulator) simulator.phone.shop = `http://127.0.0.1:${port}`;
  const jobs = await startBackground(shop, config);

  return {
    says: `小满 is open: ${simulator?.url ?? `${wechat.origin} (port ${port})`}`,
    async stop() {
      await jobs?.stop();
      await simulator?.close();
      const closed = once(server, 'close');
      server.close();
      await closed;
      await shop.settlement.idle();
      await shop.db.close();
    },
  };
}

/** With Redis it is the workers' business, except in a demo, whose WeChat only this process knows. */
async function startBackground(shop: Shop, { redisUrl, wechat }: Config): Promise<Running | undefined> {
  if (!redisUrl) return startJobs(shop);
  return wechat ? undefined : startQueue(shop, redisUrl);
}

/** Beside the shop's port, so that the address stays the same from one start to the next. */
function startSimulator({ port, host }: Config): Promise<Simulator> {
  const beside = (n: number): number => (port === 0 ? 0 : port + n);
  return createSimulator({ port: beside(1), host, phone: { port: beside(2), host } });
}

await runUntilStopped(() => start(readConfig(process.env)));
