import { toCompact } from '../../core/beijing-time.js';
import type { TradeState } from '../../core/vocabulary.js';
import { DAY, HOUR, MINUTE } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import { digits, type Random } from '../random.js';
import type { Rules } from '../scenarios/rules.js';
import {
  type Coupon,
  type LedgerOrder,
  type LedgerPayment,
  type OrderRequest,
  reportedState,
  sameOrder,
  stateOf,
} from './order.js';

const PREPAY_LIFETIME = 2 * HOUR;
const ORDER_LIFETIME = 7 * DAY;
/** The shortest time between ordering and `time_expire`. */
export const SHORTEST_EXPIRY = MINUTE;

/** How an order is paid. */
export interface PaymentTerms {
  openid: string;
  sub_openid?: string | undefined;
  /** Fen that a coupon pays. */
  coupon?: number;
  couponType?: 'CASH' | 'NO_CASH' | 'absent';
  /** Milliseconds until queries report the payment. */
  lag?: number;
}

/** Why an order was not placed. */
export type OrderRefusal = 'paid' | 'closed' | 'changed' | 'expired';

/** Whose orders are looked at. */
export interface OrderScope {
  sub_mchid?: string | undefined;
  /** Ignores the orders that API v2 placed. */
  ignoreV2?: boolean;
}

interface Expiring {
  order: LedgerOrder;
  expiresAt: number;
}

/** An order that was found, and whether the way to it is still valid. */
export interface FoundOrder {
  order: LedgerOrder;
  usable: boolean;
}

/** All orders of all merchants, in memory. Both APIs work on it. */
export class Ledger {
  readonly #orders = new Map<string, LedgerOrder>();
  readonly #prepays = new Map<string, Expiring>();
  readonly #links = new Map<string, Expiring>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #rules: Rules;

  constructor({ clock, random, rules }: { clock: Clock; random: Random; rules: Rules }) {
    this.#clock = clock;
    this.#random = random;
    this.#rules = rules;
  }

  /** Places an order. The same order again gets a new prepay_id when the old one has expired. */
  place(
    request: OrderRequest,
    ignoreV2 = false,
  ): { order: LedgerOrder; prepay_id: string } | { refused: OrderRefusal } {
    const { mchid, sub_mchid, out_trade_no } = request;
    const known = this.find(mchid, out_trade_no, { sub_mchid, ignoreV2 });
    if (known?.payment) return { refused: 'paid' };
    if (known?.closed) return { refused: 'closed' };
    if (known && !sameOrder(known, request, this.#rules.compareNotifyUrl)) {
      return { refused: 'changed' };
    }
    if (known && this.isExpired(known)) return { refused: 'expired' };
    const order = known ?? this.#create(request);
    // The latest call decides how the page signs, and in which form the notification comes.
    order.api = request.api;
    if (request.sign_type) order.sign_type = request.sign_type;
    else delete order.sign_type;
    return { order, prepay_id: this.#prepay(order) };
  }

  /** Finds an order by its number. An order that nobody paid in seven days is closed. */
  find(
    mchid: string,
    out_trade_no: string,
    { sub_mchid, ignoreV2 = false }: OrderScope = {},
  ): LedgerOrder | undefined {
    const key = keyOf(mchid, sub_mchid, out_trade_no);
    const found = this.#orders.get(key);
    const visible = found && !(ignoreV2 && found.api === 'v2');
    return this.#closeIfOld(visible ? found : this.#orders.get(secondKey(key)));
  }

  /** Finds an order by the number of its payment. */
  findTransaction(
    mchid: string,
    transaction_id: string,
    { sub_mchid, ignoreV2 = false }: OrderScope = {},
  ): LedgerOrder | undefined {
    return this.all().find(
      (order) =>
        order.mchid === mchid &&
        order.sub_mchid === sub_mchid &&
        order.payment?.transaction_id === transaction_id &&
        !(ignoreV2 && order.api === 'v2'),
    );
  }

  /** Finds the order of a prepay_id, which is usable for two hours. */
  findPrepay(prepay_id: string): FoundOrder | undefined {
    const prepay = this.#prepays.get(prepay_id);
    if (!prepay) return undefined;
    this.#closeIfOld(prepay.order);
    return { order: prepay.order, usable: this.#clock.now() < prepay.expiresAt };
  }

  /** Registers a link that leads to the cashier for this many milliseconds. */
  link(order: LedgerOrder, key: string, lifetime: number): void {
    this.#links.set(key, { order, expiresAt: this.#clock.now() + lifetime });
  }

  /** Finds the order of a link. */
  findLink(key: string): FoundOrder | undefined {
    const link = this.#links.get(key);
    if (!link) return undefined;
    this.#closeIfOld(link.order);
    return { order: link.order, usable: this.#clock.now() < link.expiresAt };
  }

  /** Whether `time_expire` has passed: nobody can pay the order, which stays NOTPAY until closed. */
  isExpired({ expiresAt }: LedgerOrder): boolean {
    return expiresAt !== undefined && this.#clock.now() >= expiresAt;
  }

  /** Records the payment of an open order. */
  settle(order: LedgerOrder, terms: PaymentTerms): LedgerPayment {
    const { openid, sub_openid, coupon = 0, couponType = 'CASH', lag = 0 } = terms;
    if (stateOf(order) !== 'NOTPAY') {
      throw new Error(`order ${order.out_trade_no} is ${stateOf(order)}`);
    }
    if (!(Number.isSafeInteger(coupon) && coupon >= 0 && coupon <= order.total)) {
      throw new TypeError(`"coupon" must be whole fen, at most the ${order.total} of the order`);
    }
    const paidAt = this.#clock.now();
    order.payment = {
      transaction_id: this.#transactionId(),
      openid,
      ...(sub_openid && { sub_openid }),
      bank_type: 'OTHERS',
      payer_total: order.total - coupon,
      coupons: coupon > 0 ? [this.#coupon(coupon, couponType)] : [],
      paidAt,
      visibleFrom: paidAt + lag,
    };
    return order.payment;
  }

  /** Closes an order, or says why not. */
  close(order: LedgerOrder): 'done' | 'paid' | 'closed' | 'too soon' {
    if (order.payment) return 'paid';
    if (order.closed) return 'closed';
    if (this.#clock.now() < order.createdAt + this.#rules.closeAfter) return 'too soon';
    order.closed = true;
    return 'done';
  }

  all(): LedgerOrder[] {
    return [...this.#orders.values()].map((order) => this.#closeIfOld(order) ?? order);
  }

  /** The state of an order that a query reports now. */
  reported(order: LedgerOrder): TradeState {
    return reportedState(order, this.#clock.now());
  }

  #create(request: OrderRequest): LedgerOrder {
    const createdAt = this.#clock.now();
    const order: LedgerOrder = { ...request, createdAt, prepayIds: [], closed: false, refunded: 0 };
    if (request.timeExpire !== undefined) {
      order.expiresAt = Math.max(request.timeExpire, createdAt + SHORTEST_EXPIRY);
    }
    const key = keyOf(request.mchid, request.sub_mchid, request.out_trade_no);
    this.#orders.set(this.#orders.has(key) ? secondKey(key) : key, order);
    return order;
  }

  #prepay(order: LedgerOrder): string {
    const last = order.prepayIds.at(-1);
    if (last && this.#rules.reissue === 'same' && this.findPrepay(last)?.usable) return last;
    const prepay_id = `wx${this.#timestamp()}${this.#random(10).toString('hex')}`;
    order.prepayIds.push(prepay_id);
    this.#prepays.set(prepay_id, { order, expiresAt: this.#clock.now() + PREPAY_LIFETIME });
    return prepay_id;
  }

  #transactionId(): string {
    const day = this.#timestamp().slice(0, 8);
    return `4200${digits(this.#random, 6)}${day}${digits(this.#random, 10)}`;
  }

  #coupon(amount: number, type: 'CASH' | 'NO_CASH' | 'absent'): Coupon {
    const coupon_id = digits(this.#random, 10);
    return type === 'absent' ? { coupon_id, amount } : { coupon_id, amount, type };
  }

  #closeIfOld(order: LedgerOrder | undefined): LedgerOrder | undefined {
    if (order && !order.payment && this.#clock.now() >= order.createdAt + ORDER_LIFETIME) {
      order.closed = true;
    }
    return order;
  }

  #timestamp(): string {
    return toCompact(new Date(this.#clock.now()));
  }
}

const keyOf = (mchid: string, sub_mchid: string | undefined, out_trade_no: string): string =>
  `${mchid}:${sub_mchid ?? ''}:${out_trade_no}`;

/** The place of an order whose number API v2 used before and API v3 does not know. */
const secondKey = (key: string): string => `${key}:v3`;
