import { apiMeaning, TransportError } from '../core/errors.js';
import type { Order } from '../core/vocabulary.js';
import { isLasting } from '../settlement/lasting.js';
import { lastLook } from '../settlement/spacing.js';
import type { OrderQueries, Queried } from '../settlement/types.js';
import { defined } from '../util/absent.js';
import { HOUR, MINUTE } from '../util/clock.js';
import { inParallel } from '../util/in-parallel.js';
import { notifyListener } from '../util/notify-listener.js';
import { func, integer, optional, type Rules, readOptions, withDefault } from '../util/options.js';
import { expiryOf, iterable, type PendingOrder, pastMoment } from './pending.js';
import type { ReconcileOptions, ReconcileOutcome, ReconcileProgress, ReconcileReport } from './types.js';

/** Younger orders are left to their notification. */
const YOUNG = MINUTE;
const GIVE_UP_AFTER = 20;
const ERRORS_KEPT = 10;

/**
 * Walks the host's pending orders, settles those that were paid through the same pipeline as a
 * notification, and closes those that expired. Only a verified answer of WeChat settles an order,
 * and an order is closed at WeChat before `onClosed` is called.
 *
 * It may run on many machines at once, because each order is settled once. It may be killed,
 * because the next run finds the rest.
 *
 * @throws {TypeError} for a wrong option, and what `pending()` throws
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012075249
 * @example
 * let since: number | undefined;
 * setInterval(async () => {
 *   ({ since } = await reconcile(settlement, { pending, onClosed, ...(since && { since }) }));
 * }, 60_000);
 */
export async function reconcile(settlement: OrderQueries, options: ReconcileOptions): Promise<ReconcileReport> {
  const { pending, onClosed, onProgress, since, expireAfter, concurrency, signal } = resolve(settlement, options);
  const { wxpay } = settlement;
  const report: ReconcileReport = { ...NONE, since: wxpay.now(), complete: true, errors: [] };
  let seen = 0;
  let mayPass = false;
  let silent = 0;

  await inParallel(iterable(await pending()), concurrency, async (row) => {
    if (signal?.aborted || silent >= GIVE_UP_AFTER) {
      report.complete = false;
      return 'stop';
    }
    const { outcome, error } = await look(row).then(
      (outcome): Pick<ReconcileProgress, 'outcome' | 'error'> => ({ outcome }),
      (error: unknown) => ({ outcome: 'failed' as const, error }),
    );
    silent = error instanceof TransportError ? silent + 1 : 0;
    report[outcome]++;
    if (outcome === 'failed') {
      if (report.errors.length < ERRORS_KEPT) report.errors.push(error);
      if (!isLasting(error)) mayPass = true;
    }
    notifyListener(onProgress, defined({ order: row?.order, outcome, seen: ++seen, error }));
  });
  if (mayPass || !report.complete) report.since = since;
  return report;

  async function look(row: PendingOrder): Promise<ReconcileOutcome> {
    const { order, prepaidAt } = row ?? {};
    if (typeof order?.out_trade_no !== 'string') throw new TypeError('"pending" must yield { order, prepaidAt }');
    const now = wxpay.now();
    const placed = pastMoment('prepaidAt', prepaidAt, now);
    const expired = now >= expiryOf(order, placed + expireAfter);
    if (!expired) {
      if (now - placed < YOUNG) return 'young';
      if (since !== undefined && lastLook(now - placed) <= since - placed) return 'not_due';
    }
    return ask(order, expired);
  }

  async function ask(order: Order, expired: boolean, spaced = true): Promise<ReconcileOutcome> {
    const { trade_state, verdict } = await settlement.query(order.out_trade_no, { spaced }).catch(unknownOrder);
    if (verdict === 'stored' || verdict === 'accepted') return verdict;
    if (verdict) return 'settled';
    if (trade_state === 'REFUND') return 'refunded';
    if (trade_state === 'CLOSED') return closed(order);
    if (!expired) return 'pending';
    return close(order);
  }

  /** The order may be paid between the query and the closing. WeChat decides which came first. */
  async function close(order: Order): Promise<ReconcileOutcome> {
    try {
      await wxpay.closeOrder(order.out_trade_no);
    } catch (error) {
      const meaning = apiMeaning(error);
      if (meaning === 'order_paid') return ask(order, false, false);
      if (meaning !== 'order_closed' && meaning !== 'order_not_found') throw error;
    }
    return closed(order);
  }

  async function closed(order: Order): Promise<ReconcileOutcome> {
    await onClosed(order);
    return 'closed';
  }
}

const NONE = {
  settled: 0,
  stored: 0,
  accepted: 0,
  pending: 0,
  young: 0,
  not_due: 0,
  closed: 0,
  refunded: 0,
  failed: 0,
};

/** A number that WeChat does not know was never placed, so that it cannot have been paid. */
function unknownOrder(error: unknown): Queried {
  if (apiMeaning(error) === 'order_not_found') return { trade_state: 'NOTPAY', paid: false };
  throw error;
}

const RULES = {
  pending: func<ReconcileOptions['pending']>('that returns the pending orders'),
  onClosed: func<ReconcileOptions['onClosed']>('(order) => Promise<void>'),
  onProgress: optional(func<NonNullable<ReconcileOptions['onProgress']>>('(progress) => void')),
  since: optional((given) => given as number),
  expireAfter: withDefault(integer({ least: MINUTE, unit: 'milliseconds' }), 2 * HOUR),
  concurrency: withDefault(integer({ least: 1 }), 8),
  signal: optional((given) => given as AbortSignal),
} satisfies Rules<ReconcileOptions>;

function resolve(settlement: OrderQueries, options: ReconcileOptions) {
  if (typeof settlement?.query !== 'function') throw new TypeError('reconcile takes what createSettlement() returns');
  const resolved = readOptions('reconcile', options, RULES);
  if (resolved.since !== undefined) pastMoment('since', resolved.since, settlement.wxpay.now());
  return resolved;
}
