import type { FindOrder, Inbox, Once, Order, Payment } from 'koa-wxpay';
import { type DurableStore, type ShopConfig, TOTAL } from '../config.js';

/** What a shop hands to wxNotify, and what its handler writes. */
export interface Store<Tx> {
  once: Once<Tx>;
  findOrder: FindOrder;
  /** Where it can store first. */
  inbox?: Inbox<Tx>;
  /** The effect: the order is paid, and one line in the ledger. */
  credit(tx: Tx, payment: Payment): Promise<void>;
  /** Remembers, outside every transaction, that the handler began; resolves to how often it did. */
  begun(out_trade_no: string): Promise<number>;
}

export const orderOf = (out_trade_no: string, total = TOTAL): Order => ({
  out_trade_no,
  description: 'tea',
  amount: { total },
});

/** The database servers a shop on this store needs. */
export const needsOf = (store: DurableStore): DurableStore[] => (store === 'redis' ? ['postgres', 'redis'] : [store]);

// Each store brings its own driver; a process that starts hundreds of times loads only the one it uses.
// biome-ignore lint/suspicious/noExplicitAny: each store has a transaction of its own
export async function openStore(config: ShopConfig): Promise<Store<any>> {
  const { store } = config;
  if (store === 'postgres') return (await import('./postgres.js')).onPostgres(config);
  if (store === 'mariadb') return (await import('./mariadb.js')).onMariadb(config);
  if (store === 'redis') return (await import('./redis.js')).onRedis(config);
  return (await import('./tutorials.js')).openTutorial(store, config);
}
