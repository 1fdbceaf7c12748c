import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, type Experiment, exactlyOnce, figure } from '../experiment.js';
import { openPostgres } from '../stores/postgres.js';
import { type Stored, weather } from './storms.js';

/** Acknowledged before the effect: what is stored must survive the processes that received it and those that work it off. */
export const stored: Experiment[] = [
  {
    name: 'stored first, fulfilled by workers: PostgreSQL',
    needs: ['postgres'],
    async run(world, { long }) {
      const size = long ? { orders: 5_000, kills: 250 } : { orders: 500, kills: 25 };
      await world.ledger('postgres');
      const pool = openPostgres(await world.config('postgres'));
      try {
        const { kills, delivered, audited } = await weather(world, 'postgres', { ...size, stored: inboxOn(pool) });
        return [
          figure('orders', size.orders),
          figure('kills', kills, atLeast(size.kills)),
          figure('cut off', delivered.unanswered, atLeast(size.kills)),
          ...exactlyOnce(audited, delivered),
        ];
      } finally {
        await pool.end();
      }
    },
  },
];

function inboxOn(pool: ReturnType<typeof openPostgres>): Stored {
  const waiting = async (key: string): Promise<boolean> =>
    (await pool.query('select 1 from koa_wxpay_inbox where key like $1 limit 1', [key])).rows.length > 0;
  return {
    has: (out_trade_no) => waiting(`%:${out_trade_no}`),
    async drained() {
      const giveUpAt = Date.now() + 60_000;
      while (await waiting('%')) {
        if (Date.now() > giveUpAt) throw new Error('something waits in the inbox that nobody fulfils');
        await sleep(100);
      }
    },
  };
}
