import { HOUR, MINUTE } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import type { Random } from '../random.js';
import type { Rules } from '../scenarios/rules.js';
import { newCoupon, newPrepayId, newTransactionId } from './numbers.js';
import {
  type LedgerOrder,
  type LedgerPayment,
  type OrderRequest,
  sameOrder,
  stateOf,
} from './order.js';
import { idOf, OrderBook, secondId } from './order-book.js';

const PREPAY_LIFETIME = 2 * HOUR;
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

interface LedgerOptions {
  clock: Clock;
  random: Random;
  rules: Rules;
  /** Is called when an order was placed or has changed. */
  onChange?: (order: LedgerOrder) => void;
}

/** All orders of all merchants. Both APIs work on it. */
export class Ledger extends OrderBook {
  readonly #options: LedgerOptions;

  constructor(options: LedgerOptions) {
    super(options);
    this.#options = options;
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
    if (known && !sameOrder(known, request, this.#options.rules.compareNotifyUrl)) {
      return { refused: 'changed' };
    }
    if (known && this.isExpired(known)) return { refused: 'expired' };
    const order = known ?? this.#create(request);
    // The latest call decides how the page signs, and in which form the notification comes.
    order.api = request.api;
    if (request.sign_type) order.sign_type = request.sign_type;
    else delete order.sign_type;
    const prepay_id = this.#prepay(order);
    this.note(order, { step: known ? 'placed again' : 'placed', amount: order.total });
    return { order, prepay_id };
  }

  /** Registers a link that leads to the cashier for this many milliseconds. */
  link(order: LedgerOrder, key: string, lifetime: number): void {
    const link = { key, expiresAt: this.#options.clock.now() + lifetime };
    order.links.push(link);
    this.index.addLink(order, link);
    this.changed(order);
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
    const { clock, random } = this.#options;
    const paidAt = clock.now();
    order.payment = {
      transaction_id: newTransactionId(paidAt, random),
      openid,
      ...(sub_openid && { sub_openid }),
      bank_type: 'OTHERS',
      payer_total: order.total - coupon,
      coupons: coupon > 0 ? [newCoupon(random, coupon, couponType)] : [],
      paidAt,
      ...(lag > 0 && { visibleFrom: paidAt + lag }),
    };
    this.index.addTransaction(order, order.payment.transaction_id);
    this.note(order, { step: 'paid', amount: order.payment.payer_total });
    return order.payment;
  }

  /** Closes an order, or says why not. */
  close(order: LedgerOrder): 'done' | 'paid' | 'closed' | 'too soon' {
    const { clock, rules } = this.#options;
    if (order.payment) return 'paid';
    if (order.closed) return 'closed';
    if (clock.now() < order.createdAt + rules.closeAfter) return 'too soon';
    order.closed = true;
    this.note(order, { step: 'closed' });
    return 'done';
  }

  #create(request: OrderRequest): LedgerOrder {
    const createdAt = this.#options.clock.now();
    const id = idOf(request.mchid, request.sub_mchid, request.out_trade_no);
    const order: LedgerOrder = {
      ...request,
      id: this.index.byId(id) ? secondId(id) : id,
      createdAt,
      prepays: [],
      links: [],
      history: [],
      closed: false,
      refunded: 0,
    };
    if (request.timeExpire !== undefined) {
      order.expiresAt = Math.max(request.timeExpire, createdAt + SHORTEST_EXPIRY);
    }
    this.index.add(order);
    return order;
  }

  #prepay(order: LedgerOrder): string {
    const { clock, random, rules } = this.#options;
    const last = order.prepays.at(-1);
    if (last && rules.reissue === 'same' && clock.now() < last.expiresAt) return last.key;
    const key = newPrepayId(clock.now(), random);
    const prepay = { key, expiresAt: clock.now() + PREPAY_LIFETIME };
    order.prepays.push(prepay);
    this.index.addPrepay(order, prepay);
    return key;
  }
}
