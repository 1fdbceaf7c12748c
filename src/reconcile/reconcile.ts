import { apiMeaning, TransportError } from '../core/errors.js';
import { checkNames, type Names } from '../core/names.js';
import type { Order } from '../core/vocabulary.js';
import { isLasting } from '../settlement/lasting.js';
import { lastLook } from '../settlement/spacing.js';
import type { Queried, Settlement } from '../settlement/types.js';
import { HOUR, MINUTE } from '../util/clock.js';
import { inParallel } from '../util/in-parallel.js';
import { tell } from '../util/notify-listener.js';
import { expiryOf, iterable, type PendingOrder, pastMoment } from './pending.js';
import type { ReconcileOptions, ReconcileOutcome, ReconcileProgress, ReconcileReport } from './types.js';

/** Before this age an order is left to its notification. */
const YOUNG = MINUTE;
const GIVE_UP_AFTER = 20;
const ERRORS_KEPT = 10;

/**
 * Walks the host's pending orders, settles those that were paid through the same pipeline as a notification, and closes those that
 * expired. Only what WeChat says in a verified answer settles; an order is closed at WeChat before the host is told.
 *
 * Safe on many machines at once: each order is settled once whoever asks. Safe to kill: the next run finds the rest.
 *
 * @throws TypeError for a settlement without `fulfil` and for wrong options; what `pending()` throws
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012075249
 */
// biome-ignore lint/suspicious/noExplicitAny: whatever transaction and context the host's settlement has
export async function reconcile(settlement: Settlement<any, any>, options: ReconcileOptions): Promise<ReconcileReport> {
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
    tell(onProgress, { order: row?.order, outcome, seen: ++seen, ...(error !== undefined && { error }) });
  });
  if (mayPass || !report.complete) report.since = since;
  return report;

  async function look(row: PendingOrder): Promise<ReconcileOutcome> {
    const { order, prepaid_at } = row ?? {};
    if (typeof order?.out_trade_no !== 'string') throw new TypeError('"pending" must yield { order, prepaid_at }');
    const now = wxpay.now();
    const placed = pastMoment('prepaid_at', prepaid_at, now);
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

  /** Somebody may pay between the question and the closing: WeChat decides which came first. */
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

/** A number WeChat never heard of was never placed: nobody can have paid it. */
function unknownOrder(error: unknown): Queried {
  if (apiMeaning(error) === 'order_not_found') return { trade_state: 'NOTPAY', paid: false };
  throw error;
}

const NAMES: Names<ReconcileOptions> = {
  pending: true,
  onClosed: true,
  onProgress: true,
  since: true,
  expireAfter: true,
  concurrency: true,
  signal: true,
};

// biome-ignore lint/suspicious/noExplicitAny: whatever transaction and context the host's settlement has
function resolve(settlement: Settlement<any, any>, options: ReconcileOptions) {
  const { pending, onClosed, expireAfter = 2 * HOUR, concurrency = 8 } = options ?? {};
  checkNames('reconcile', options ?? {}, NAMES);
  if (typeof settlement?.query !== 'function') throw new TypeError('reconcile takes what createSettlement() returns');
  if (!settlement.hasFulfil) throw new TypeError('"settlement" needs "fulfil": reconcile settles without a request');
  if (typeof pending !== 'function')
    throw new TypeError('"pending" must be a function that returns the pending orders');
  if (typeof onClosed !== 'function') throw new TypeError('"onClosed" must be a function (order) => Promise<void>');
  if (!(expireAfter >= MINUTE)) throw new TypeError('"expireAfter" must be milliseconds, at least 60000 (a minute)');
  if (!(Number.isInteger(concurrency) && concurrency > 0))
    throw new TypeError('"concurrency" must be a whole number, at least 1');
  if (options.since !== undefined) pastMoment('since', options.since, settlement.wxpay.now());
  return { ...options, expireAfter, concurrency };
}
