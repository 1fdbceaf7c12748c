import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WxpayError } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { createApp } from './app.js';
import { type Config, readConfig } from './config.js';
import { openDatabase } from './db.js';
import { createSchema } from './schema.js';
import { createShop } from './shop.js';
import { simulatedWechat } from './wechat.js';

/** Everything in the order it needs each other; `stop` takes it down the other way round, and loses nothing. */
async function start(config: Config): Promise<{ address: string; stop(): Promise<void> }> {
  const simulator = config.wechat ? undefined : await startSimulator(config);
  const wechat = config.wechat ?? simulatedWechat(simulator as Simulator);
  const db = await openDatabase(config);
  await createSchema(db);
  const shop = createShop({ ...config, db, wechat });
  await shop.wxpay.ready();

  const app = createApp(shop);
  app.on('error', report);
  const server = app.listen(config.port, config.host);
  server.requestTimeout = 15_000;
  server.headersTimeout = 10_000;
  await once(server, 'listening');
  if (simulator) simulator.phone.shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    address: simulator?.url ?? wechat.origin,
    async stop() {
      await simulator?.close();
      const closed = once(server, 'close');
      server.close();
      await closed;
      await shop.settlement.idle();
      await db.close();
    },
  };
}

/** Beside the shop's port, so that the address stays the same from one start to the next. */
function startSimulator({ port, host }: Config): Promise<Simulator> {
  const beside = (n: number): number => (port === 0 ? 0 : port + n);
  return createSimulator({ port: beside(1), host, phone: { port: beside(2), host } });
}

/** What was foreseen in one line with its code, what was not with its stack. */
function report(error: Error): void {
  if (!(error instanceof WxpayError)) console.error(error);
  else console.error(`${error.code} ${error.message}`, ...(error.cause === undefined ? [] : [error.cause]));
}

try {
  const { address, stop } = await start(readConfig(process.env));
  console.log(`小满 is open: ${address}`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await stop();
} catch (error) {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  console.error(code === 'EADDRINUSE' ? `port ${port} is in use: PORT=4000 npm start takes others` : message);
  process.exit(1);
}
