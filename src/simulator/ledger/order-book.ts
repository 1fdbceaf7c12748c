import type { TradeState } from '../../core/vocabulary.js';
import { DAY } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import { type LedgerOrder, type OrderStep, reportedState } from './order.js';
import { OrderIndex, type Passage } from './order-index.js';

const ORDER_LIFETIME = 7 * DAY;

/** Whose orders are looked at. */
export interface OrderScope {
  sub_mchid?: string | undefined;
  /** Ignores the orders that API v2 placed. */
  ignoreV2?: boolean;
}

/** An order that was found, and whether the way to it is still valid. */
export interface FoundOrder {
  order: LedgerOrder;
  usable: boolean;
}

/** Orders as they are found. An order that nobody paid in seven days is closed when it is. */
export class OrderBook {
  protected readonly index = new OrderIndex();
  readonly #clock: Clock;
  readonly #onChange: ((order: LedgerOrder) => void) | undefined;

  /** @param options.onChange is called when an order was placed or has changed */
  constructor({ clock, onChange }: { clock: Clock; onChange?: (order: LedgerOrder) => void }) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Finds an order by its number. */
  find(
    mchid: string,
    out_trade_no: string,
    { sub_mchid, ignoreV2 = false }: OrderScope = {},
  ): LedgerOrder | undefined {
    const id = idOf(mchid, sub_mchid, out_trade_no);
    const found = this.index.byId(id);
    const visible = found && !(ignoreV2 && found.api === 'v2');
    return this.#closeIfOld(visible ? found : this.index.byId(secondId(id)));
  }

  /** Finds an order by the number of its payment. */
  findTransaction(
    mchid: string,
    transaction_id: string,
    { sub_mchid, ignoreV2 = false }: OrderScope = {},
  ): LedgerOrder | undefined {
    const order = this.index.byTransaction(transaction_id);
    const isOwn = order?.mchid === mchid && order.sub_mchid === sub_mchid;
    return isOwn && !(ignoreV2 && order.api === 'v2') ? order : undefined;
  }

  /** Finds an order of any merchant: by its number the latest, or by the number of its payment. */
  findAny(number: string, mchid?: string): LedgerOrder | undefined {
    const found = this.index
      .byNumber(number)
      .filter((order) => mchid === undefined || order.mchid === mchid);
    return this.#closeIfOld(found.at(-1)) ?? this.index.byTransaction(number);
  }

  /** Finds an order by the `id` that only the simulator uses. */
  findById(id: string): LedgerOrder | undefined {
    return this.index.byId(id);
  }

  /** Finds the order of a prepay_id, which is usable for two hours. */
  findPrepay(prepay_id: string): FoundOrder | undefined {
    return this.#found(this.index.prepay(prepay_id));
  }

  /** Finds the order of a link. */
  findLink(key: string): FoundOrder | undefined {
    return this.#found(this.index.link(key));
  }

  /** All orders, oldest first. */
  all(): readonly LedgerOrder[] {
    for (const order of this.index.all) this.#closeIfOld(order);
    return this.index.all;
  }

  /** The state of an order that a query reports now. */
  reported(order: LedgerOrder): TradeState {
    return reportedState(order, this.#clock.now());
  }

  /** Whether `time_expire` has passed: nobody can pay the order, which stays NOTPAY until closed. */
  isExpired({ expiresAt }: LedgerOrder): boolean {
    return expiresAt !== undefined && this.#clock.now() >= expiresAt;
  }

  /** Records a step in the life of an order. */
  note(order: LedgerOrder, step: Omit<OrderStep, 'at'>): void {
    order.history.push({ at: this.#clock.now(), ...step });
    this.changed(order);
  }

  /** Adds an order as it is, for example one of an earlier run. */
  restore(order: LedgerOrder): void {
    this.index.add(order);
  }

  clear(): void {
    this.index.clear();
  }

  protected changed(order: LedgerOrder): void {
    this.#onChange?.(order);
  }

  #found(passage: Passage | undefined): FoundOrder | undefined {
    if (!passage) return undefined;
    const { order, expiresAt } = passage;
    this.#closeIfOld(order);
    return { order, usable: this.#clock.now() < expiresAt };
  }

  #closeIfOld(order: LedgerOrder | undefined): LedgerOrder | undefined {
    if (!order || order.payment || order.closed) return order;
    if (this.#clock.now() >= order.createdAt + ORDER_LIFETIME) {
      order.closed = true;
      this.note(order, { step: 'closed by time' });
    }
    return order;
  }
}

export const idOf = (mchid: string, sub_mchid: string | undefined, out_trade_no: string): string =>
  `${mchid}:${sub_mchid ?? ''}:${out_trade_no}`;

/** The id of an order whose number API v2 used before and API v3 does not know. */
export const secondId = (id: string): string => `${id}:v3`;
