import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { createApp } from '../../example-app/src/app.js';
import { type Db, openDatabase } from '../../example-app/src/db.js';
import { startJobs } from '../../example-app/src/jobs.js';
import { createSchema } from '../../example-app/src/schema.js';
import { createShop, type Shop } from '../../example-app/src/shop.js';
import { type Api, simulatedWechat } from '../../example-app/src/wechat.js';

/** The example shop in this process, with a database and a WeChat of its own. */
export interface RunningShop {
  simulator: Simulator;
  shop: Shop;
  db: Db;
  /** Where the shop itself listens: outside WeChat. */
  url: string;
  /** Every error the app reported. */
  errors: (Error & { code?: string })[];
  /** No orders, a good day at WeChat. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export interface ShopSettings {
  /** PostgreSQL instead of PGlite in memory. */
  databaseUrl?: string;
  /** @default 'v3' */
  api?: Api;
  /** What goes on besides requests, too. */
  jobs?: boolean;
}

export async function startShop({ databaseUrl, api = 'v3', jobs = false }: ShopSettings = {}): Promise<RunningShop> {
  const db = await openDatabase({ databaseUrl, dataFolder: 'memory://' });
  await createSchema(db);
  const simulator = await createSimulator();
  const shop = createShop({ db, wechat: simulatedWechat(simulator, api), cookieKey: 'a key of the tests' });
  const app = createApp(shop);
  const errors: RunningShop['errors'] = [];
  app.on('error', (error) => errors.push(error));
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  simulator.phone.shop = url;
  const background = jobs ? startJobs(shop) : undefined;
  return {
    simulator,
    shop,
    db,
    url,
    errors,
    async reset() {
      simulator.switches.clear();
      await simulator.settled();
      await db.query(
        'truncate orders, order_numbers, refunds, shares, outbox, runs, anomalies, owner_guesses, goods, koa_wxpay_once',
      );
      await createSchema(db);
      errors.length = 0;
    },
    async stop() {
      await background?.stop();
      await simulator.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await shop.settlement.idle();
      await db.close();
    },
  };
}
