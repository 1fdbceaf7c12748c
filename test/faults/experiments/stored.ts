import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, type Experiment, exactlyOnce, figure, type Scale } from '../experiment.js';
import { openPostgres } from '../stores/postgres.js';
import { type Stored, type Storm, weather } from './storms.js';

const SIZES: Record<Scale, Storm> = {
  short: { orders: 200, kills: 10 },
  full: { orders: 500, kills: 25 },
};

/** Acknowledged before the effect: what is stored must survive the processes that received it and those that work it off. */
export const stored: Experiment[] = [
  {
    name: 'stored first, fulfilled by workers: PostgreSQL',
    needs: ['postgres'],
    async run(world, scale) {
      const size = SIZES[scale];
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

const MOST_LOOKS = 3_000;

function inboxOn(pool: ReturnType<typeof openPostgres>): Stored {
  const waiting = async (key: string): Promise<boolean> =>
    (await pool.query('select 1 from koa_wxpay_inbox where key like $1 limit 1', [key])).rows.length > 0;
  return {
    has: (out_trade_no) => waiting(`%:${out_trade_no}`),
    async drained() {
      // No process is killed any more: what those had taken is due at once, however often that happened.
      await pool.query('update koa_wxpay_inbox set attempts = 0, due_at = now()');
      for (let looks = 1; await waiting('%'); looks++) {
        if (looks === MOST_LOOKS) throw new Error('the workers leave an entry in the inbox');
        await sleep(100);
      }
    },
  };
}
