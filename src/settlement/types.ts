import type { Wxpay } from '../client/wxpay.js';
import type { Notice, Order } from '../core/vocabulary.js';
import type { Inbox, InboxEntry } from '../once/inbox.js';
import type { Once } from '../once/once.js';

/**
 * Looks an order up by the number WeChat knows it by; every number it was ever issued under must find it. Read-only, safe to
 * repeat. `null`: there is no such order. `ctx` is the Koa context where there is a request.
 */
export type FindOrder<Ctx = unknown> = {
  // a method type, so that a host may declare the context it expects
  find(out_trade_no: string, ctx?: Ctx): Promise<Order | null>;
}['find'];

/** The one place where the shop writes: short, durable, inside `tx`. What it throws undoes everything; the next copy runs it again. */
export type Fulfil<Tx> = (notice: Notice, given: { tx: Tx; signal: AbortSignal }) => Promise<void>;

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

export interface SettlementOptions<Tx, Ctx = unknown> {
  wxpay: Wxpay;
  findOrder: FindOrder<Ctx>;
  /** Runs the effect at most once per payment: `postgresOnce(pool)`, `memoryOnce()` for development, or the host's own. */
  once: Once<Tx>;
  /** Needed wherever there is no request; with it, `wxNotify` calls what follows it after the commit. */
  fulfil?: Fulfil<Tx>;
  /**
   * `settle-then-ack`: the effect is durable before the notification is acknowledged. `persist-then-ack`, for handlers that need
   * longer than WeChat waits: the verified notice is stored durably in `inbox`, acknowledged, and fulfilled by a worker.
   *
   * @default 'settle-then-ack'
   */
  mode?: 'settle-then-ack' | 'persist-then-ack';
  /** Needed by `persist-then-ack`: `postgresInbox(pool)` or `mysqlInbox(pool)`, on the database of `once`. */
  inbox?: Inbox<Tx>;
  /**
   * Refund it, tell somebody; called for every copy that arrives and every time WeChat is asked, so it must be safe to repeat (an
   * `out_refund_no` made from the transaction_id is). Resolving to `'ack'` stops WeChat from sending the notification again.
   */
  onAnomaly?(anomaly: Anomaly, ctx?: Ctx): Promise<'ack' | undefined> | 'ack' | undefined;
  /** A validly signed notification that is no payment; acknowledged once this resolved. Without it, it is not acknowledged. */
  onIgnored?(raw: unknown, ctx?: Ctx): Promise<void> | void;
  /**
   * Milliseconds after which `wxNotify` answers "not yet" while the work goes on. At most 4500; the default leaves a busy process,
   * whose timers run late, time to answer by then.
   *
   * @default 4200
   */
  deadline?: number;
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

export interface QueryContext<Ctx = unknown> {
  /** Handed to `findOrder`. */
  ctx?: Ctx;
  /** Aborted when the caller no longer waits. */
  signal?: AbortSignal;
  /**
   * Share the last answer until WeChat's next recommended look: 5 s, 30 s, 1 min, 3 min, 5 min, 10 min and 30 min after this
   * order was first asked for, then every half hour. For callers that users or timers set off. @default false, asks now
   */
  spaced?: boolean;
}

export interface WorkOffOptions {
  /** Entries taken at the most. @default 10 */
  limit?: number;
  /** A try that failed; the next is scheduled. */
  onError?(error: unknown): void;
  /** An entry whose last try failed: it waits in `inbox.dead()` for a person. */
  onDead?(entry: InboxEntry): void;
}

export interface SettleContext<Tx, Ctx = unknown> {
  /** Runs instead of `fulfil` where the rest of a middleware chain is the effect. */
  work?: (tx: Tx) => Promise<void>;
  ctx?: Ctx;
  /** Aborted when the caller no longer waits. */
  signal?: AbortSignal;
}

export interface Settlement<Tx = unknown, Ctx = unknown> {
  readonly wxpay: Wxpay;
  readonly deadline: number;
  /** Whether `fulfil` was given. */
  readonly hasFulfil: boolean;
  /** Whether notices are stored first and fulfilled by a worker. */
  readonly hasInbox: boolean;
  /**
   * Matches a verified notice with its order and runs the effect exactly once.
   *
   * @throws WxpayError `ERR_WXPAY_UNKNOWN_ORDER`, `_ORDER_INVALID`, `_AMOUNT_MISMATCH`, `_SECOND_PAYMENT`, `_ORDER_CLOSED`,
   * `_BUSY`, `_CONFLICT`, `_HANDLER_FAILED`, `_STORE_FAILED`: none of them may be acknowledged
   */
  settle(notice: Notice, context?: SettleContext<Tx, Ctx>): Promise<Verdict>;
  /** Hands over a validly signed notice that is no payment. */
  ignore(raw: unknown, ctx?: Ctx): Promise<void>;
  /** Asks WeChat for the order and settles it when it is paid. Needs `fulfil`. */
  query(out_trade_no: string, context?: QueryContext<Ctx>): Promise<Queried>;
  /**
   * With `persist-then-ack`: takes up to `limit` stored notices that are due and fulfils each once. Resolves to how many it took.
   * {@link createWorker} calls it for ever; a queue of the host's own may call it as a job.
   */
  workOff(options?: WorkOffOptions): Promise<number>;
  /** Resolves when no work is in flight: await it at shutdown, after the server stopped taking requests. */
  idle(): Promise<void>;
}
