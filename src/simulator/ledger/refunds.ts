import type { Clock } from '../clock.js';
import { digits, type Random } from '../random.js';
import type { Rules } from '../world.js';
import { type LedgerOrder, stateOf } from './order.js';

const YEAR_SECONDS = 365 * 24 * 3600;
const MOST = 50;
const FAILING_PER_SECOND = 6;

/** How a refund stands, in v3's words. */
export type RefundState = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';

/** What a merchant asked for, whichever API it spoke. Fen. */
export interface RefundRequest {
  /** `hand`: in the merchant platform. */
  by: 'v2' | 'v3' | 'hand';
  order: LedgerOrder;
  out_refund_no: string;
  refund: number;
  total: number;
  notify_url?: string;
  reason?: string;
  funds_account: 'AVAILABLE' | 'UNSETTLED';
}

/** One refund. Times in Unix seconds, amounts in fen. */
export interface LedgerRefund extends RefundRequest {
  refund_id: string;
  state: RefundState;
  created_at: number;
  success_time?: number;
  /** What the payer gets: the refund less its share of coupons. */
  payer_refund: number;
  /** Where the money goes, as people read it. */
  account: string;
}

/** Why a refund was not accepted. */
export type RefundRefusal = 'unpaid' | 'mismatch' | 'too much' | 'overdue' | 'too many' | 'too soon';

/** All refunds of all merchants, in memory. */
export class Refunds {
  readonly #refunds: LedgerRefund[] = [];
  readonly #failures = new Map<string, number[]>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #rules: Rules;

  constructor({ clock, random, rules }: { clock: Clock; random: Random; rules: Rules }) {
    this.#clock = clock;
    this.#random = random;
    this.#rules = rules;
  }

  /** Accepts a refund, or finds the same one again: a number is a refund, however often it is sent. */
  accept(request: RefundRequest): { refund: LedgerRefund; again: boolean } | { refused: RefundRefusal } {
    const { order, out_refund_no, refund, total } = request;
    const known = this.find(order.mchid, out_refund_no, order.sub_mchid);
    if (known) {
      const same = known.order === order && known.refund === refund && known.total === total;
      return same ? { refund: known, again: true } : { refused: 'mismatch' };
    }
    const refused = this.#refusal(request);
    if (refused) return { refused };
    const coupons = order.total - (order.payment?.payer_total ?? 0);
    const accepted: LedgerRefund = {
      ...request,
      refund_id: `50${digits(this.#random, 27)}`,
      state: 'PROCESSING',
      created_at: this.#clock.now(),
      payer_refund: refund - Math.floor((refund * coupons) / order.total),
      account: '支付用户零钱',
    };
    order.refunded += refund;
    this.#refunds.push(accepted);
    return { refund: accepted, again: false };
  }

  /** The end of a refund, or another attempt after `ABNORMAL`. Money that did not leave is the merchant's again. */
  turn(refund: LedgerRefund, state: RefundState): void {
    if (state === 'CLOSED') refund.order.refunded -= refund.refund;
    if (state === 'SUCCESS') refund.success_time = this.#clock.now();
    refund.state = state;
  }

  find(mchid: string, out_refund_no: string, sub_mchid?: string): LedgerRefund | undefined {
    return this.#of(mchid, sub_mchid).find((refund) => refund.out_refund_no === out_refund_no);
  }

  findById(mchid: string, refund_id: string, sub_mchid?: string): LedgerRefund | undefined {
    return this.#of(mchid, sub_mchid).find((refund) => refund.refund_id === refund_id);
  }

  ofOrder(order: LedgerOrder): LedgerRefund[] {
    return this.#refunds.filter((refund) => refund.order === order);
  }

  all(): readonly LedgerRefund[] {
    return this.#refunds;
  }

  /** Whether this merchant had more refunds refused within this second than WeChat puts up with. */
  limited(mchid: string): boolean {
    return (this.#failures.get(mchid) ?? []).filter((at) => at === this.#clock.now()).length >= FAILING_PER_SECOND;
  }

  /** Remembers a refusal. */
  failed(mchid: string): void {
    const now = this.#clock.now();
    this.#failures.set(mchid, [...(this.#failures.get(mchid) ?? []).filter((at) => at === now), now]);
  }

  #of(mchid: string, sub_mchid: string | undefined): LedgerRefund[] {
    return this.#refunds.filter(({ order }) => order.mchid === mchid && order.sub_mchid === sub_mchid);
  }

  #refusal({ order, refund, total }: RefundRequest): RefundRefusal | undefined {
    const { payment } = order;
    const state = stateOf(order);
    const now = this.#clock.now();
    if (!payment || (state !== 'SUCCESS' && state !== 'REFUND')) return 'unpaid';
    if (total !== order.total) return 'mismatch';
    if (now > payment.paid_at + YEAR_SECONDS) return 'overdue';
    if (refund > order.total - order.refunded) return 'too much';
    const before = this.ofOrder(order);
    if (before.length >= MOST) return 'too many';
    return before.some(({ created_at }) => now < created_at + this.#rules.refundGap) ? 'too soon' : undefined;
  }
}
