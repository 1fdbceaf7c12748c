import { toCompact } from '../../core/beijing-time.js';
import type { TradeState } from '../../core/vocabulary.js';
import type { Clock } from '../clock.js';
import { digits, type Random } from '../random.js';
import type { Rules } from '../world.js';
import {
  type Coupon,
  type LedgerOrder,
  type LedgerPayment,
  type OrderRequest,
  reportedState,
  sameOrder,
  stateOf,
} from './order.js';

const PREPAY_SECONDS = 2 * 3600;
const OPEN_SECONDS = 7 * 24 * 3600;
const SHORTEST_SECONDS = 60;

/** How an order is paid. */
export interface Terms {
  openid: string;
  sub_openid?: string | undefined;
  coupon?: number;
  couponType?: 'CASH' | 'NO_CASH' | 'absent';
  lag?: number;
}

/** Why an order cannot be placed. */
export type Refusal = 'paid' | 'closed' | 'changed' | 'expired';

/** Whose orders are meant. */
export interface Scope {
  sub_mchid?: string | undefined;
  /** As if API v2 had never placed one. */
  blind?: boolean;
}

/** All orders of all merchants, in memory. API v2 and API v3 are two doors to it. */
export class Ledger {
  readonly #orders = new Map<string, LedgerOrder>();
  readonly #prepays = new Map<string, { order: LedgerOrder; expires_at: number }>();
  readonly #links = new Map<string, { order: LedgerOrder; expires_at: number }>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #rules: Rules;

  constructor({ clock, random, rules }: { clock: Clock; random: Random; rules: Rules }) {
    this.#clock = clock;
    this.#random = random;
    this.#rules = rules;
  }

  /** Places an order, or the same one again: that is how a merchant gets a fresh prepay_id after two hours. */
  place(request: OrderRequest, blind = false): { order: LedgerOrder; prepay_id: string } | { refused: Refusal } {
    const { mchid, sub_mchid, out_trade_no } = request;
    const known = this.find(mchid, out_trade_no, { sub_mchid, blind });
    if (known?.payment) return { refused: 'paid' };
    if (known?.closed) return { refused: 'closed' };
    if (known && !sameOrder(known, request, this.#rules.compareNotifyUrl)) return { refused: 'changed' };
    if (known && this.overdue(known)) return { refused: 'expired' };
    const order = known ?? this.#open(request);
    // the latest call decides how the page must sign, and in which form the notification comes
    order.api = request.api;
    if (request.sign_type) order.sign_type = request.sign_type;
    else delete order.sign_type;
    return { order, prepay_id: this.#prepay(order) };
  }

  /** By merchant and number. An order nobody paid in seven days is closed. */
  find(mchid: string, out_trade_no: string, { sub_mchid, blind = false }: Scope = {}): LedgerOrder | undefined {
    const own = key(mchid, sub_mchid, out_trade_no);
    const found = this.#orders.get(own);
    return this.#aged(found && !(blind && found.api === 'v2') ? found : this.#orders.get(apart(own)));
  }

  findTransaction(mchid: string, transaction_id: string, { sub_mchid, blind = false }: Scope = {}) {
    return this.all().find(
      (order) =>
        order.mchid === mchid &&
        order.sub_mchid === sub_mchid &&
        order.payment?.transaction_id === transaction_id &&
        !(blind && order.api === 'v2'),
    );
  }

  /** The order behind a prepay_id; `usable` for two hours. */
  findPrepay(prepay_id: string): { order: LedgerOrder; usable: boolean } | undefined {
    const prepay = this.#prepays.get(prepay_id);
    if (!prepay) return undefined;
    this.#aged(prepay.order);
    return { order: prepay.order, usable: this.#clock.now() < prepay.expires_at };
  }

  /** Remembers an address that leads to the cashier, for as long as it does. */
  link(order: LedgerOrder, url: string, seconds: number): string {
    this.#links.set(url, { order, expires_at: this.#clock.now() + seconds });
    return url;
  }

  /** The order behind a `code_url` or `h5_url`. */
  findLink(url: string): { order: LedgerOrder; usable: boolean } | undefined {
    const link = this.#links.get(url);
    return link && { order: link.order, usable: this.#clock.now() < link.expires_at };
  }

  /** Past its own `time_expire`: it can no longer be paid, and stays NOTPAY until somebody closes it. */
  overdue({ expires_at }: LedgerOrder): boolean {
    return expires_at !== undefined && this.#clock.now() >= expires_at;
  }

  /** Takes the money. The caller has checked that the order is open. */
  settle(order: LedgerOrder, { openid, sub_openid, coupon = 0, couponType = 'CASH', lag = 0 }: Terms): LedgerPayment {
    if (stateOf(order) !== 'NOTPAY') throw new Error(`order ${order.out_trade_no} is ${stateOf(order)}`);
    if (!(Number.isSafeInteger(coupon) && coupon >= 0 && coupon <= order.total)) {
      throw new TypeError(`"coupon" must be whole fen, at most the ${order.total} of the order`);
    }
    const paid_at = this.#clock.now();
    const coupons: Coupon[] =
      coupon > 0
        ? [
            {
              coupon_id: digits(this.#random, 10),
              amount: coupon,
              ...(couponType !== 'absent' && { type: couponType }),
            },
          ]
        : [];
    order.payment = {
      transaction_id: `4200${digits(this.#random, 6)}${this.#stamp().slice(0, 8)}${digits(this.#random, 10)}`,
      openid,
      ...(sub_openid && { sub_openid }),
      bank_type: 'OTHERS',
      payer_total: order.total - coupon,
      coupons,
      paid_at,
      visible_from: paid_at + lag,
    };
    return order.payment;
  }

  close(order: LedgerOrder): 'done' | 'paid' | 'closed' {
    if (order.payment) return 'paid';
    if (order.closed) return 'closed';
    order.closed = true;
    return 'done';
  }

  all(): LedgerOrder[] {
    return [...this.#orders.values()].map((order) => this.#aged(order) ?? order);
  }

  /** What a query may tell about the order now. */
  reported(order: LedgerOrder): TradeState {
    return reportedState(order, this.#clock.now());
  }

  #open(request: OrderRequest): LedgerOrder {
    const order: LedgerOrder = {
      ...request,
      created_at: this.#clock.now(),
      prepay_ids: [],
      closed: false,
      refunded: 0,
    };
    if (request.time_expire !== undefined) {
      order.expires_at = Math.max(request.time_expire, order.created_at + SHORTEST_SECONDS);
    }
    const own = key(request.mchid, request.sub_mchid, request.out_trade_no);
    this.#orders.set(this.#orders.has(own) ? apart(own) : own, order);
    return order;
  }

  #prepay(order: LedgerOrder): string {
    const last = order.prepay_ids.at(-1);
    if (last && this.#rules.reissue === 'same' && this.findPrepay(last)?.usable) return last;
    const prepay_id = `wx${this.#stamp()}${this.#random(10).toString('hex')}`;
    order.prepay_ids.push(prepay_id);
    this.#prepays.set(prepay_id, { order, expires_at: this.#clock.now() + PREPAY_SECONDS });
    return prepay_id;
  }

  #aged(order: LedgerOrder | undefined): LedgerOrder | undefined {
    if (order && !order.payment && this.#clock.now() >= order.created_at + OPEN_SECONDS) order.closed = true;
    return order;
  }

  #stamp(): string {
    return toCompact(new Date(this.#clock.now() * 1000));
  }
}

const key = (mchid: string, sub_mchid: string | undefined, out_trade_no: string): string =>
  `${mchid}:${sub_mchid ?? ''}:${out_trade_no}`;

/** Where the order of a number stands that API v3 does not know from API v2. */
const apart = (key: string): string => `${key}:v3`;
