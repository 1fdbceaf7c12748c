import type { Wxpay } from '../client/types.js';
import type { IgnoredNotification, Notice, Order, OtherNotice } from '../core/vocabulary.js';
import type { Inbox, InboxEntry } from '../once/inbox.js';
import type { Once } from '../once/once.js';

/**
 * Looks an order up by the number WeChat knows it by; every number it was ever issued under must find it. Read-only, safe to
 * repeat. `null`: there is no such order. `ctx` is the Koa context where there is a request.
 */
export type FindOrder<Ctx = unknown> = {
  // A method type, so that a host may declare the context it expects.
  find(out_trade_no: string, ctx?: Ctx): Promise<Order | null>;
}['find'];

/**
 * The one place where the shop writes: short, durable, inside `tx`. What it throws undoes everything, and the next copy of the
 * notification runs it again.
 */
export type Fulfil<Tx> = (notice: Notice, given: { tx: Tx; signal: AbortSignal }) => Promise<void>;

/**
 * The effect of a notification of any other kind: profit sharing, transfers, complaints, coupons. It runs inside `once` as
 * {@link Fulfil} does, so that copies of the notification have one effect. It is called for every kind that arrives: what it
 * resolves for is acknowledged.
 */
export type FulfilOther<Tx> = (notice: OtherNotice, given: { tx: Tx; signal: AbortSignal }) => Promise<void>;

/** A verified payment that must not be fulfilled. */
export interface Anomaly {
  /**
   * - `second_payment`: the order is paid by another payment; refund this one.
   * - `order_closed`: the order is closed or refunded; refund this payment, or reopen the order.
   * - `order_invalid`: the order is paid, `findOrder` did not give its `transaction_id`, and `once` does not remember this
   *   payment. It may be the very payment that paid the order: do not refund it before you have compared them.
   */
  code: 'second_payment' | 'order_closed' | 'order_invalid';
  notice: Notice;
  order: Order;
}

/** What settling takes wherever the effect is written: in `fulfil`, or in a handler after `wxNotify`. */
export interface NoticeOptions<Tx, Ctx = unknown> {
  /** What `createWxpay` returned. */
  wxpay: Wxpay;
  findOrder: FindOrder<Ctx>;
  /** Runs the effect at most once per payment: `postgresOnce(pool)`, `memoryOnce()` for development, or the host's own. */
  once: Once<Tx>;
  /**
   * Called for every copy of such a notification and every time WeChat is asked, so it must be safe to repeat (an
   * `out_refund_no` made from the transaction_id is). Resolving to `'ack'` stops WeChat from sending the notification again.
   */
  onAnomaly?(anomaly: Anomaly, ctx?: Ctx): Promise<'ack' | undefined> | 'ack' | undefined;
  /**
   * Where the effect of notifications of other kinds is written, once each. Write with `tx`, as for payments.
   *
   * @default none: they are handed to `onIgnored`
   */
  fulfilOther?: FulfilOther<Tx>;
  /**
   * A validly signed notification that reports nothing to act on, and of another kind where there is no `fulfilOther`; acknowledged
   * once this resolved. It may be called for every copy. Without it, they are not acknowledged.
   */
  onIgnored?(ignored: IgnoredNotification, ctx?: Ctx): Promise<void> | void;
  /**
   * Milliseconds after which `wxNotify` answers "not yet" while the work goes on. At most 4500: WeChat hangs up at 5000, and a
   * busy process runs its timers late.
   *
   * @default 4200
   */
  deadline?: number;
}

/** The options of `createSettlement`. */
export interface SettlementOptions<Tx, Ctx = unknown> extends NoticeOptions<Tx, Ctx> {
  fulfil: Fulfil<Tx>;
  /**
   * For a `fulfil` that needs longer than WeChat waits: the verified notice is stored here durably, acknowledged, and fulfilled
   * by a worker ({@link createWorker}). `postgresInbox(pool)` or `mysqlInbox(pool)`, on the database of `once`.
   *
   * @default none: the effect is durable before the notification is acknowledged
   */
  inbox?: Inbox<Tx>;
}

/**
 * - `ran`: settled now. `already`: it was settled before, says `once`. `duplicate`: the order says so.
 * - `stored`: durable in the inbox; a worker fulfils it. `accepted`: an anomaly the host took over.
 */
export type Verdict = 'ran' | 'already' | 'duplicate' | 'stored' | 'accepted';

/** How an order stands at WeChat, and what became of it here. */
export interface Queried {
  trade_state: string;
  /** WeChat says it is paid, and the shop's own effect is durable. */
  paid: boolean;
  /** Absent unless it is paid at WeChat. */
  verdict?: Verdict;
}

/** Who settles, and for how long. */
export interface SettleContext {
  /** Handed to `findOrder` and to the hooks. */
  ctx?: unknown;
  /** Aborted when the caller no longer waits. */
  signal?: AbortSignal;
}

export interface QueryContext extends SettleContext {
  /**
   * Share the last answer until WeChat's next recommended look: 5 s, 30 s, 1 min, 3 min, 5 min, 10 min and 30 min after this
   * order was first asked for, then every half hour. For callers that users or timers set off.
   *
   * @default false, asks now
   */
  spaced?: boolean;
}

/** Asks WeChat about orders and settles the paid ones: all that `wxPrepay`, `wxSettle` and `reconcile` need. */
export interface OrderQueries {
  readonly wxpay: Wxpay;
  /**
   * Asks WeChat for the order and settles it when it is paid.
   *
   * @throws {WxpayError} what `settle` throws
   * @throws {ApiError} WeChat refused, `order_not_found` for a number that was never placed
   * @throws {TransportError} WeChat did not answer
   */
  query(out_trade_no: string, context?: QueryContext): Promise<Queried>;
}

/** One pipeline from a verified notice to its effect. What `createSettlement` returns. */
export interface Settlement extends OrderQueries {
  /** Milliseconds from a notification's headers to its answer. */
  readonly deadline: number;
  /**
   * Matches a verified notice with its order and runs `fulfil` exactly once. An error must not be acknowledged.
   *
   * @throws {WxpayError} `ERR_WXPAY_UNKNOWN_ORDER`, `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_SECOND_PAYMENT`,
   * `ERR_WXPAY_ORDER_CLOSED`, `ERR_WXPAY_BUSY`, `ERR_WXPAY_CONFLICT`, `ERR_WXPAY_HANDLER_FAILED`, `ERR_WXPAY_STORE_FAILED`
   * @throws {VerificationError} `ERR_WXPAY_AMOUNT_MISMATCH`
   */
  settle(notice: Notice, context?: SettleContext): Promise<Verdict>;
  /**
   * Settles each order of a combined order as `settle` does, one after the other. A failure of one keeps none of the others from
   * being settled, and is thrown in the end: the notification must not be acknowledged, and its next copy finds the others settled.
   *
   * @throws {WxpayError} {@link VerificationError} as `settle`, about the first order that failed
   */
  settleCombined(notices: readonly Notice[], context?: SettleContext): Promise<Verdict[]>;
  /**
   * Runs `fulfilOther` exactly once for a notification of another kind; without `fulfilOther` it is ignored.
   *
   * @throws {WxpayError} `ERR_WXPAY_BUSY`, `ERR_WXPAY_CONFLICT`, `ERR_WXPAY_HANDLER_FAILED`, `ERR_WXPAY_STORE_FAILED`; what `ignore`
   * throws
   */
  settleOther(notice: OtherNotice, context?: SettleContext): Promise<Verdict | 'ignored'>;
  /**
   * Hands a validly signed notification that reports nothing to act on to `onIgnored`.
   *
   * @throws {WxpayError} `ERR_WXPAY_NOT_A_PAYMENT` without `onIgnored`
   */
  ignore(ignored: IgnoredNotification, ctx?: unknown): Promise<void>;
  /** Resolves when no work is in flight: await it at shutdown, after the server stopped taking requests. */
  idle(): Promise<void>;
}

export interface ProcessInboxOptions {
  /** Entries taken at the most. @default 10 */
  limit?: number;
  /** A try that failed; the next is scheduled. */
  onError?(error: unknown): void;
  /** An entry that is not tried any more: it waits in `inbox.dead()` for a person. */
  onDead?(entry: InboxEntry): void;
}

/** A settlement with an `inbox`: notices are stored first, and fulfilled by a worker. */
export interface InboxSettlement extends Settlement {
  /**
   * Takes up to `limit` stored notices that are due and fulfils each once; resolves to how many it took. Entries whose last try
   * did not come to an end are reported to `onDead` too. {@link createWorker} calls it all the time; a queue of the host's own
   * may call it as a job.
   */
  processInbox(options?: ProcessInboxOptions): Promise<number>;
}
