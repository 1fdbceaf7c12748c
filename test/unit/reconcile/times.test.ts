import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSettlement,
  memoryOnce,
  type PendingOrder,
  type ReconcileOptions,
  type ReconcileReport,
  reconcile,
  TransportError,
  type Wxpay,
} from 'koa-wxpay';
import { merchantV2, order } from '../../support/shop.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PLACED = 1_767_225_600_000;

let clock: number;
let asked: string[];
let closed: string[];

beforeEach(() => {
  clock = PLACED;
  asked = [];
  closed = [];
});

/** A merchant whose orders are unpaid, or that does not answer. */
const wxpayThat = (answer: () => Promise<unknown>): Wxpay =>
  Object.freeze({
    ...merchantV2(),
    now: () => clock,
    queryOrder: async ({ out_trade_no }: { out_trade_no: string }) => {
      asked.push(out_trade_no);
      return answer();
    },
    closeOrder: async (out_trade_no: string) => void closed.push(out_trade_no),
  }) as unknown as Wxpay;

const run = (
  rows: Partial<PendingOrder>[],
  options: Partial<ReconcileOptions> = {},
  answer: () => Promise<unknown> = async () => ({ trade_state: 'NOTPAY' }),
): Promise<ReconcileReport> =>
  reconcile(
    createSettlement({
      wxpay: wxpayThat(answer),
      findOrder: async () => null,
      once: memoryOnce(),
      fulfil: async () => {},
    }),
    {
      pending: () => rows.map((row) => ({ order: order(), prepaidAt: PLACED, ...row })),
      onClosed: async () => {},
      ...options,
    },
  );

describe('an order is left to its notification', () => {
  test('for a minute, to the millisecond', async () => {
    clock = PLACED + MINUTE - 1;
    expect(await run([{}])).toMatchObject({ young: 1, pending: 0 });
    expect(asked).toEqual([]);
    clock = PLACED + MINUTE;
    expect(await run([{}])).toMatchObject({ young: 0, pending: 1 });
    expect(asked).toEqual(['SHOP00A17']);
  });
});

describe('a look', () => {
  const LOOKS = [1, 3, 5, 10, 30, 60, 90, 120].map((minutes) => minutes * MINUTE);
  const expireAfter = 3 * HOUR;

  test.each(LOOKS)('that falls due %d ms after ordering is taken then, and once', async (look) => {
    clock = PLACED + look;
    expect(await run([{}], { expireAfter, since: PLACED + look - 1 })).toMatchObject({ pending: 1, not_due: 0 });
    expect(await run([{}], { expireAfter, since: PLACED + look })).toMatchObject({ pending: 0, not_due: 1 });
  });

  test.each(LOOKS.slice(0, -1).map((look, at) => [look, LOOKS[at + 1] as number]))(
    'between %d ms and %d ms there is none',
    async (look, next) => {
      clock = PLACED + next - 1;
      expect(await run([{}], { expireAfter, since: PLACED + look })).toMatchObject({ pending: 0, not_due: 1 });
      expect(asked).toEqual([]);
    },
  );
});

describe('an order expires', () => {
  test('two hours after its last prepay, to the millisecond', async () => {
    clock = PLACED + 2 * HOUR - 1;
    expect(await run([{}])).toMatchObject({ pending: 1, closed: 0 });
    clock = PLACED + 2 * HOUR;
    expect(await run([{}])).toMatchObject({ pending: 0, closed: 1 });
    expect(closed).toEqual(['SHOP00A17']);
  });

  test('at its own time_expire, also within the first minute', async () => {
    const rows = [{ order: order({ time_expire: new Date(PLACED + 30 * SECOND) }) }];
    clock = PLACED + 30 * SECOND - 1;
    expect(await run(rows)).toMatchObject({ young: 1, closed: 0 });
    clock = PLACED + 30 * SECOND;
    expect(await run(rows)).toMatchObject({ young: 0, closed: 1 });
  });

  test('after "expireAfter", a minute at least', async () => {
    clock = PLACED + MINUTE;
    expect(await run([{}], { expireAfter: MINUTE })).toMatchObject({ closed: 1 });
    for (const expireAfter of [MINUTE - 1, 0, Number.NaN])
      await expect(run([{}], { expireAfter })).rejects.toThrow('"expireAfter" must be milliseconds, at least 60000');
  });
});

describe('"prepaidAt"', () => {
  const failing = async (prepaidAt: unknown): Promise<string[]> => {
    const { errors } = await run([{ prepaidAt: prepaidAt as number }]);
    return errors.map((error) => (error as Error).message);
  };

  test('may be as far ahead as the clocks of two machines differ, and no more than a day', async () => {
    expect(await failing(PLACED + DAY)).toEqual([]);
    expect(await failing(PLACED + DAY + 1)).toEqual([
      `"prepaidAt" must be a Date or milliseconds, not ${PLACED + DAY + 1}`,
    ]);
  });

  test('is not taken for seconds where no number of seconds could be meant', async () => {
    expect(await failing(100 * DAY + 1)).toEqual([]);
    expect(await failing(0)).toEqual([]);
    for (const seconds of [1, 100 * DAY])
      expect(await failing(seconds)).toEqual([
        `"prepaidAt" must be a Date or milliseconds, not ${seconds}, and looks like seconds`,
      ]);
  });
});

describe('a WeChat that does not answer', () => {
  const silent = async (): Promise<never> => {
    throw new TransportError('the query was not answered', { notSent: true });
  };
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ order: order({ out_trade_no: `SHOP${String(n).padStart(4, '0')}` }) }));

  beforeEach(() => {
    clock = PLACED + MINUTE;
  });

  test('is asked twenty times in a row, and then no more', async () => {
    const report = await run(many(21), { concurrency: 1 }, silent);
    expect(report).toMatchObject({ failed: 20, complete: false });
    expect(asked).toHaveLength(20);
    expect(report.errors).toHaveLength(10);
  });

  test('is not given up by twenty failures that end the list', async () => {
    expect(await run(many(20), { concurrency: 1 }, silent)).toMatchObject({ failed: 20, complete: true });
  });

  test('is not given up while it answers now and then', async () => {
    const answer = async (): Promise<unknown> => (asked.length === 20 ? { trade_state: 'NOTPAY' } : silent());
    const report = await run(many(39), { concurrency: 1 }, answer);
    expect(report).toMatchObject({ failed: 38, pending: 1, complete: true });
  });
});
