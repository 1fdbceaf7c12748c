import type { Once } from 'koa-wxpay';
import { postgresOnce } from 'koa-wxpay/postgres';
import type pg from 'pg';
import type { ShopConfig, TutorialStore } from '../config.js';
import { creditUnconditionally, openPostgres, type Queryable, readingPostgres } from './postgres.js';
import type { Store } from './store.js';

/** What many tutorials teach: the effect and what remembers it are written one after the other. */
export function openTutorial(store: TutorialStore, config: ShopConfig): Store<unknown> {
  const pool = openPostgres(config);
  // beside whatever transaction there is, and not waiting for a connection that one holds
  const effects = openPostgres(config);
  const ways: Record<TutorialStore, (pool: pg.Pool) => Once<unknown>> = {
    outside: inAnotherTransaction,
    marker: markerFirst,
    status: statusFirst,
  };
  return {
    ...readingPostgres(pool),
    once: ways[store](pool),
    credit: (_, payment) => creditUnconditionally(effects, payment),
  };
}

/** The effect is committed by another transaction than its mark; the handler's statement is all that `postgresOnce` sees. */
const inAnotherTransaction =
  (pool: pg.Pool): Once<unknown> =>
  (claim, work) =>
    postgresOnce(pool)({ ...claim, requiresStatement: false }, work);

/** "Remember it, then do it; whoever finds it remembered acknowledges." */
const markerFirst =
  (db: Queryable): Once<undefined> =>
  async ({ key }, work) => {
    const { rowCount } = await db.query('insert into markers (marker) values ($1) on conflict do nothing', [key]);
    if (rowCount === 0) return 'already';
    await work(undefined);
    return 'ran';
  };

/** "Look whether it is paid; if not, do it." */
const statusFirst =
  (db: Queryable): Once<undefined> =>
  async ({ key }, work) => {
    const out_trade_no = key.split(':').at(-1);
    const { rows } = await db.query('select state from orders where out_trade_no = $1', [out_trade_no]);
    if (rows[0]?.state === 'paid') return 'already';
    await work(undefined);
    return 'ran';
  };
