import { DAY, toUnixSeconds } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import type { Rules } from '../scenarios/rules.js';
import { newRefundId } from './numbers.js';
import { type LedgerOrder, stateOf } from './order.js';

const LATEST = 365 * DAY;
const MOST_PER_ORDER = 50;
const FAILURES_PER_SECOND = 6;

/** The state of a refund, in the words of API v3. */
export type RefundState = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';

/** A refund that a merchant asks for. Amounts in fen. */
export interface RefundRequest {
  /** The API that was used, or `'hand'` for the merchant platform. */
  by: 'v2' | 'v3' | 'hand';
  order: LedgerOrder;
  out_refund_no: string;
  refund: number;
  total: number;
  notify_url?: string;
  reason?: string;
  funds_account: 'AVAILABLE' | 'UNSETTLED';
}

/** One refund. Times in Unix milliseconds, amounts in fen. */
export interface LedgerRefund extends RefundRequest {
  refund_id: string;
  state: RefundState;
  createdAt: number;
  succeededAt?: number;
  /** When it is going to end, as long as that is not now. */
  due?: number;
  /** What the payer gets: the refund minus its share of the coupons. */
  payer_refund: number;
  /** Where the money goes, as a text for people. */
  account: string;
}

/** Why a refund was not accepted. */
export type RefundRefusal =
  | 'unpaid'
  | 'mismatch'
  | 'too much'
  | 'overdue'
  | 'too many'
  | 'too soon';

type Accepted = { refund: LedgerRefund; repeated: boolean } | { refused: RefundRefusal };

interface RefundOptions {
  clock: Clock;
  random: Random;
  rules: Rules;
  /** Is called when a refund was accepted or has changed. */
  onChange?: (refund: LedgerRefund) => void;
}

/** All refunds of all merchants. */
export class Refunds {
  readonly #refunds: LedgerRefund[] = [];
  readonly #byNumber = new Map<string, LedgerRefund>();
  readonly #byId = new Map<string, LedgerRefund>();
  readonly #ofOrder = new Map<LedgerOrder, LedgerRefund[]>();
  readonly #failures = new Map<string, { second: number; count: number }>();
  readonly #options: RefundOptions;

  constructor(options: RefundOptions) {
    this.#options = options;
  }

  /** Accepts a refund. A number that is sent again with the same values is the same refund. */
  accept(request: RefundRequest): Accepted {
    const { order, out_refund_no, refund, total } = request;
    const known = this.find(order.mchid, out_refund_no, order.sub_mchid);
    if (known) {
      const same = known.order === order && known.refund === refund && known.total === total;
      return same ? { refund: known, repeated: true } : { refused: 'mismatch' };
    }
    const refused = this.#refusal(request);
    if (refused) return { refused };
    const coupons = order.total - (order.payment?.payer_total ?? 0);
    const accepted: LedgerRefund = {
      ...request,
      refund_id: newRefundId(this.#options.random),
      state: 'PROCESSING',
      createdAt: this.#options.clock.now(),
      payer_refund: refund - Math.floor((refund * coupons) / order.total),
      account: '支付用户零钱',
    };
    order.refunded += refund;
    this.restore(accepted);
    this.#options.onChange?.(accepted);
    return { refund: accepted, repeated: false };
  }

  /** Changes the state of a refund. A closed one gives its amount back to the order. */
  setState(refund: LedgerRefund, state: RefundState): void {
    if (state === 'CLOSED') refund.order.refunded -= refund.refund;
    if (state === 'SUCCESS') refund.succeededAt = this.#options.clock.now();
    if (state !== 'PROCESSING') delete refund.due;
    refund.state = state;
    this.#options.onChange?.(refund);
  }

  /** Records when a refund is going to end. */
  setDue(refund: LedgerRefund, due: number): void {
    refund.due = due;
    this.#options.onChange?.(refund);
  }

  find(mchid: string, out_refund_no: string, sub_mchid?: string): LedgerRefund | undefined {
    return this.#byNumber.get(keyOf(mchid, sub_mchid, out_refund_no));
  }

  findById(mchid: string, refund_id: string, sub_mchid?: string): LedgerRefund | undefined {
    const refund = this.#byId.get(refund_id);
    const isOwn = refund?.order.mchid === mchid && refund.order.sub_mchid === sub_mchid;
    return isOwn ? refund : undefined;
  }

  /** Finds a refund of any merchant by the `refund_id`. */
  findAny(refund_id: string): LedgerRefund | undefined {
    return this.#byId.get(refund_id);
  }

  /** The refunds of an order, oldest first. */
  ofOrder(order: LedgerOrder): readonly LedgerRefund[] {
    return this.#ofOrder.get(order) ?? [];
  }

  /** All refunds, oldest first. */
  all(): readonly LedgerRefund[] {
    return this.#refunds;
  }

  /** Adds a refund as it is, for example one of an earlier run. */
  restore(refund: LedgerRefund): void {
    const { order, out_refund_no, refund_id } = refund;
    this.#refunds.push(refund);
    this.#byNumber.set(keyOf(order.mchid, order.sub_mchid, out_refund_no), refund);
    this.#byId.set(refund_id, refund);
    this.#ofOrder.set(order, [...this.ofOrder(order), refund]);
  }

  clear(): void {
    this.#refunds.length = 0;
    for (const map of [this.#byNumber, this.#byId, this.#ofOrder, this.#failures]) map.clear();
  }

  /** Whether more refunds of this merchant were refused within this second than WeChat allows. */
  isLimited(mchid: string): boolean {
    const { second = 0, count = 0 } = this.#failures.get(mchid) ?? {};
    return second === toUnixSeconds(this.#options.clock.now()) && count >= FAILURES_PER_SECOND;
  }

  /** Counts a refusal. */
  countFailure(mchid: string): void {
    const second = toUnixSeconds(this.#options.clock.now());
    const last = this.#failures.get(mchid);
    const count = last?.second === second ? last.count + 1 : 1;
    this.#failures.set(mchid, { second, count });
  }

  #refusal({ order, refund, total }: RefundRequest): RefundRefusal | undefined {
    const { payment } = order;
    const state = stateOf(order);
    const now = this.#options.clock.now();
    if (!payment || (state !== 'SUCCESS' && state !== 'REFUND')) return 'unpaid';
    if (total !== order.total) return 'mismatch';
    if (now > payment.paidAt + LATEST) return 'overdue';
    if (refund > order.total - order.refunded) return 'too much';
    const earlier = this.ofOrder(order);
    if (earlier.length >= MOST_PER_ORDER) return 'too many';
    const tooSoon = earlier.some(
      ({ createdAt }) => now < createdAt + this.#options.rules.refundGap,
    );
    return tooSoon ? 'too soon' : undefined;
  }
}

const keyOf = (mchid: string, sub_mchid: string | undefined, out_refund_no: string): string =>
  `${mchid}:${sub_mchid ?? ''}:${out_refund_no}`;
