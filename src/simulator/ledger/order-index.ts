import type { LedgerOrder, OrderPass } from './order.js';

/** A prepay_id or an address, and the order that it leads to. */
export interface Passage extends OrderPass {
  order: LedgerOrder;
}

/** Orders by each of their numbers. */
export class OrderIndex {
  /** All orders, oldest first. */
  readonly all: LedgerOrder[] = [];
  readonly #byId = new Map<string, LedgerOrder>();
  readonly #byNumber = new Map<string, LedgerOrder[]>();
  readonly #byTransaction = new Map<string, LedgerOrder>();
  readonly #prepays = new Map<string, Passage>();
  readonly #links = new Map<string, Passage>();

  add(order: LedgerOrder): void {
    this.all.push(order);
    this.#byId.set(order.id, order);
    const sameNumber = this.#byNumber.get(order.out_trade_no) ?? [];
    this.#byNumber.set(order.out_trade_no, [...sameNumber, order]);
    for (const prepay of order.prepays) this.addPrepay(order, prepay);
    for (const link of order.links) this.addLink(order, link);
    if (order.payment) this.addTransaction(order, order.payment.transaction_id);
  }

  addPrepay(order: LedgerOrder, pass: OrderPass): void {
    this.#prepays.set(pass.key, { ...pass, order });
  }

  addLink(order: LedgerOrder, pass: OrderPass): void {
    this.#links.set(pass.key, { ...pass, order });
  }

  addTransaction(order: LedgerOrder, transaction_id: string): void {
    this.#byTransaction.set(transaction_id, order);
  }

  byId = (id: string): LedgerOrder | undefined => this.#byId.get(id);
  /** The orders of all merchants with this number, oldest first. */
  byNumber = (out_trade_no: string): readonly LedgerOrder[] =>
    this.#byNumber.get(out_trade_no) ?? [];
  byTransaction = (transaction_id: string): LedgerOrder | undefined =>
    this.#byTransaction.get(transaction_id);
  prepay = (prepay_id: string): Passage | undefined => this.#prepays.get(prepay_id);
  link = (key: string): Passage | undefined => this.#links.get(key);

  clear(): void {
    this.all.length = 0;
    for (const map of [this.#byId, this.#byNumber, this.#byTransaction]) map.clear();
    for (const map of [this.#prepays, this.#links]) map.clear();
  }
}
