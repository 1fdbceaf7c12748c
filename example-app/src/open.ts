import type { Config } from './config.js';
import { openDatabase } from './db.js';
import { createSchema } from './schema.js';
import { createShop, type Shop } from './shop.js';
import type { Wechat } from './wechat.js';

/** The shop with its tables and the keys of its merchant, before anybody is served. */
export async function openShop(config: Config, wechat: Wechat): Promise<Shop> {
  const db = await openDatabase(config);
  await createSchema(db).catch((error: NodeJS.ErrnoException) => {
    const where = config.databaseUrl ? 'DATABASE_URL' : 'the database';
    throw new Error(`${where}: ${error.message || error.code}`, { cause: error });
  });
  const shop = createShop({ ...config, db, wechat });
  await shop.wxpay.ready();
  return shop;
}
