import type { Wxpay } from '../client/types.js';
import type { IgnoredNotification, Notice, Order, OtherNotice } from '../core/vocabulary.js';
import type { Inbox, InboxEntry } from '../once/inbox.js';
import type { Once } from '../once/once.js';

/**
 * Looks an order up by the number that WeChat knows it by. Every number that the order was ever
 * issued under must find it. It must be read-only and safe to repeat, and resolves to `null` when
 * there is no such order. `ctx` is the Koa context where there is a request.
 */
export type FindOrder<Ctx = unknown> = {
  // A method type, so that a host may declare the context it expects.
  find(out_trade_no: string, ctx?: Ctx): Promise<Order | null>;
}['find'];

/**
 * The one place where the shop writes the effect of a notice: short, durable, and through `tx`.
 * When it throws, everything is rolled back, and the next copy of the notification runs it again.
 * `signal` is aborted when a lease is lost.
 */
export type Fulfil<Tx> = (notice: Notice, given: { tx: Tx; signal: AbortSignal }) => Promise<void>;

/**
 * Writes the effect of a notification of any other kind: profit sharing, transfers, complaints,
 * coupons. It runs inside `once` as {@link Fulfil} does, so that copies of a notification have one
 * effect. It is called for every kind that arrives, and the notification is acknowledged when it
 * resolves.
 */
export type FulfilOther<Tx> = (notice: OtherNotice, given: { tx: Tx; signal: AbortSignal }) => Promise<void>;

/** A verified payment that must not be fulfilled. */
export interface Anomaly {
  /**
   * - `second_payment`: the order is paid by another payment. Refund this one.
   * - `order_closed`: the order is closed or refunded. Refund this payment, or reopen the order.
   * - `order_invalid`: the order is paid, `findOrder` did not return its `transaction_id`, and
   *   `once`
   *   has no record of this payment. It may be the payment that paid the order: do not refund it before
   *   you have compared them.
   */
  code: 'second_payment' | 'order_closed' | 'order_invalid';
  notice: Notice;
  order: Order;
}

/**
 * The options of settling, whether the effect is written in `fulfil` or in a handler after
 * `wxNotify`.
 */
export interface NoticeOptions<Tx, Ctx = unknown> {
  /** The merchant, as `createWxpay` returned it. */
  wxpay: Wxpay;
  /** Looks an order up by its number. */
  findOrder: FindOrder<Ctx>;
  /**
   * Runs the effect at most once per payment: `postgresOnce(pool)`, `memoryOnce()` for development,
   * or your own.
   */
  once: Once<Tx>;
  /**
   * Called for a payment that must not be fulfilled. It is called for every copy of the
   * notification and at every query, so that it must be safe to repeat (an `out_refund_no` made
   * from the transaction_id is). When it resolves to `'ack'`, the notification is acknowledged and
   * WeChat does not send it again.
   */
  onAnomaly?(anomaly: Anomaly, ctx?: Ctx): Promise<'ack' | undefined> | 'ack' | undefined;
  /**
   * Writes the effect of notifications of other kinds, once each. Write through `tx`, as for
   * payments.
   *
   * @default none: they are passed to `onIgnored`
   */
  fulfilOther?: FulfilOther<Tx>;
  /**
   * Called for a verified notification that reports nothing to act on, and for one of another kind
   * where there is no `fulfilOther`. The notification is acknowledged when it resolves. It may be
   * called for every copy. Without it, such notifications are not acknowledged.
   */
  onIgnored?(ignored: IgnoredNotification, ctx?: Ctx): Promise<void> | void;
  /**
   * Milliseconds after which `wxNotify` answers that the work is not done yet, while the work goes
   * on. At most 4500, because WeChat hangs up after 5000 and a busy process runs its timers late.
   *
   * @default 4200
   */
  deadline?: number;
}

/** The options of `createSettlement`. */
export interface SettlementOptions<Tx, Ctx = unknown> extends NoticeOptions<Tx, Ctx> {
  /** Writes the effect of a payment or a refund. */
  fulfil: Fulfil<Tx>;
  /**
   * For a `fulfil` that needs longer than WeChat waits: the verified notice is stored here durably,
   * acknowledged, and fulfilled by a worker ({@link createWorker}). `postgresInbox(pool)` or
   * `mysqlInbox(pool)`, on the database of `once`.
   *
   * @default none: the effect is durable before the notification is acknowledged
   */
  inbox?: Inbox<Tx>;
}

/**
 * How a notice was settled.
 *
 * - `ran`: it was settled now.
 * - `already`: `once` has a record that it was settled before.
 * - `duplicate`: the order says that this payment paid it.
 * - `stored`: it is durable in the inbox, and a worker fulfils it.
 * - `accepted`: `onAnomaly` took it over.
 */
export type Verdict = 'ran' | 'already' | 'duplicate' | 'stored' | 'accepted';

/** The state of an order at WeChat, and its settlement here. */
export interface Queried {
  /** The state at WeChat, such as `NOTPAY` or `SUCCESS`. */
  trade_state: string;
  /** The order is paid at WeChat, and the shop's own effect is durable. */
  paid: boolean;
  /** Absent unless the order is paid at WeChat. */
  verdict?: Verdict;
}

/** The request that a settlement belongs to. */
export interface SettleContext {
  /** Passed to `findOrder` and to the hooks. */
  ctx?: unknown;
  /** Aborted when the caller has stopped waiting. */
  signal?: AbortSignal;
}

/** The request that a query belongs to. */
export interface QueryContext extends SettleContext {
  /**
   * Shares the last answer until WeChat's next recommended query: 5 s, 30 s, 1 min, 3 min, 5 min,
   * 10 min and 30 min after this order was first asked for, then every half hour. For callers that
   * users or timers trigger.
   *
   * @default false, which asks WeChat now
   */
  spaced?: boolean;
}

/**
 * Asks WeChat about orders and settles the paid ones: what `wxPrepay`, `wxSettle` and `reconcile`
 * need.
 */
export interface OrderQueries {
  /** The merchant that is asked about. */
  readonly wxpay: Wxpay;
  /**
   * Asks WeChat for the order, and settles it when it is paid.
   *
   * @throws {WxpayError} what `settle` throws
   * @throws {ApiError} WeChat refused; `order_not_found` for a number that was never placed
   * @throws {TransportError} WeChat did not answer
   * @example
   * const { paid } = await settlement.query('A1000');
   */
  query(out_trade_no: string, context?: QueryContext): Promise<Queried>;
}

/** The pipeline from a verified notice to its effect, as `createSettlement` returns it. */
export interface Settlement extends OrderQueries {
  /** Milliseconds from the headers of a notification to its answer. */
  readonly deadline: number;
  /**
   * Matches a verified notice with its order and runs `fulfil` exactly once. A notification whose
   * settlement fails must not be acknowledged.
   *
   * @throws {WxpayError} `ERR_WXPAY_UNKNOWN_ORDER`, `ERR_WXPAY_ORDER_INVALID`,
   * `ERR_WXPAY_SECOND_PAYMENT`, `ERR_WXPAY_ORDER_CLOSED`, `ERR_WXPAY_BUSY`, `ERR_WXPAY_CONFLICT`,
   * `ERR_WXPAY_HANDLER_FAILED`, `ERR_WXPAY_STORE_FAILED`
   * @throws {VerificationError} `ERR_WXPAY_AMOUNT_MISMATCH`
   * @example
   * const read = await wxpay.readNotification(body, req.headersDistinct);
   * if ('notice' in read) await settlement.settle(read.notice);
   */
  settle(notice: Notice, context?: SettleContext): Promise<Verdict>;
  /**
   * Settles each order of a combined order as `settle` does, one after the other. When one of them
   * fails, the others are settled all the same and the error is thrown afterwards: the notification
   * must not be acknowledged, and its next copy finds the others settled.
   *
   * @throws {WxpayError} {@link VerificationError} as `settle`, about the first order that failed
   */
  settleCombined(notices: readonly Notice[], context?: SettleContext): Promise<Verdict[]>;
  /**
   * Runs `fulfilOther` exactly once for a notification of another kind. Without `fulfilOther` it is
   * ignored.
   *
   * @throws {WxpayError} `ERR_WXPAY_BUSY`, `ERR_WXPAY_CONFLICT`, `ERR_WXPAY_HANDLER_FAILED`,
   * `ERR_WXPAY_STORE_FAILED`, and what `ignore` throws
   */
  settleOther(notice: OtherNotice, context?: SettleContext): Promise<Verdict | 'ignored'>;
  /**
   * Passes a verified notification that reports nothing to act on to `onIgnored`.
   *
   * @throws {WxpayError} `ERR_WXPAY_NOT_A_PAYMENT` without `onIgnored`
   */
  ignore(ignored: IgnoredNotification, ctx?: unknown): Promise<void>;
  /**
   * Resolves when no work is running. Await it at shutdown, after the server has stopped taking
   * requests.
   */
  idle(): Promise<void>;
}

/** Options of `processInbox`. */
export interface ProcessInboxOptions {
  /** How many entries are taken at most. @default 10 */
  limit?: number;
  /** Called when a try failed. The next one is scheduled. */
  onError?(error: unknown): void;
  /**
   * Called for an entry that is not tried any more. It stays in `inbox.dead()` for a person to look
   * at.
   */
  onDead?(entry: InboxEntry): void;
}

/** A settlement with an `inbox`: notices are stored first, and fulfilled by a worker. */
export interface InboxSettlement extends Settlement {
  /**
   * Takes up to `limit` stored notices that are due and fulfils each once. Entries whose last try
   * did not end are reported to `onDead` too. {@link createWorker} calls it continuously, and a
   * queue of your own may call it as a job.
   *
   * @returns how many entries it took
   * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` when the inbox cannot be read
   */
  processInbox(options?: ProcessInboxOptions): Promise<number>;
}
