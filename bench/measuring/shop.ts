import { startPostgres } from '../../test/support/postgres.js';
import { createMerchant, type Merchant } from '../inputs/merchant.js';
import { notificationsV3, postV3 } from '../inputs/v3.js';
import { type Child, startChild } from '../servers/child.js';
import type { Load } from '../servers/load.js';

/** A shop with orders in a PostgreSQL of its own, and the genuine notification of each order. */
export interface Shop {
  merchant: Merchant;
  url: string;
  process: Child;
  load(connections: number, seconds: number): Load;
  stop(): Promise<void>;
}

/** Every commit is written to the disk, as PostgreSQL does unless it is told otherwise. */
export async function openShop(orders: number): Promise<Shop> {
  const merchant = createMerchant();
  const requests = notificationsV3(merchant, orders).map(postV3);
  const database = await startPostgres({ fsync: 'on' });
  const process = startChild('shop');
  const { connectionString } = database;
  const { url } = await process.ask<{ url: string }>({ open: { merchant, connectionString, orders } });
  return {
    merchant,
    url,
    process,
    load: (connections, seconds) => ({ url, requests, connections, seconds }),
    async stop() {
      await process.stop();
      await database.stop();
    },
  };
}
