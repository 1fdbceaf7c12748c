import { randomInt } from 'node:crypto';
import { nextTradeNo, type Order, type Payment, type PendingOrder } from 'koa-wxpay';
import type { PgTx } from 'koa-wxpay/postgres';
import { beijingDay } from './beijing.js';
import type { Db } from './db.js';
import type { Good } from './goods.js';

/** An order as the shop keeps it. `out_trade_no` is its newest number, or the one it was paid under; `total` in fen. */
export interface ShopOrder {
  id: string;
  openid: string;
  good_id: string;
  quantity: number;
  description: string;
  total: number;
  out_trade_no: string;
  state: 'pending' | 'paid' | 'closed' | 'refunded';
  transaction_id: string | null;
  created_at: Date;
  paid_at: Date | null;
  packed_at: Date | null;
  /** Fen promised back, and fen that arrived. */
  asked_back: number;
  given_back: number;
}

const COLUMNS = `id, openid, good_id, quantity, description, total, out_trade_no, state, transaction_id, created_at, paid_at,
  packed_at, asked_back, given_back`;

/** What koa-wxpay wants to know of an order. */
export const wxOrder = (order: Omit<ShopOrder, 'id'> | ShopOrder): Order => ({
  out_trade_no: order.out_trade_no,
  description: order.description,
  amount: { total: order.total },
  ...paymentOf(order),
});

/** Which payment paid it: an order that is paid is not known without it. */
const paymentOf = ({ state, transaction_id }: Pick<ShopOrder, 'state' | 'transaction_id'>) =>
  state === 'paid'
    ? { state, transaction_id: transaction_id ?? '' }
    : { state, ...(transaction_id && { transaction_id }) };

export interface NewOrder {
  openid: string;
  good: Good;
  quantity: number;
  /** One per form shown: the same form sent twice is one order. */
  form: string;
  /** Milliseconds. */
  now: number;
}

/** Makes the order and resolves to its id; to the id of the order made before when this form was sent already. */
export async function createOrder(db: Db, { openid, good, quantity, form, now }: NewOrder): Promise<string> {
  const description = quantity === 1 ? good.name : `${good.name} ×${quantity}`;
  await db.query(
    `with made as (
       insert into orders (id, openid, good_id, quantity, description, total, out_trade_no, form, created_at)
       values ($1, $2, $3, $4, $5, $6, $1, $7, $8) on conflict (openid, form) do nothing returning id, total)
     insert into order_numbers (out_trade_no, order_id, total) select id, id, total from made`,
    [newId(now), openid, good.id, quantity, description, good.price * quantity, form, new Date(now)],
  );
  const { rows } = await db.query<{ id: string }>('select id from orders where openid = $1 and form = $2', [
    openid,
    form,
  ]);
  return rows[0]!.id;
}

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Its first out_trade_no too: short enough for what `nextTradeNo` appends. */
function newId(now: number): string {
  const day = beijingDay(now).replaceAll('-', '');
  return day + Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** By any number the order was ever issued under, with the price it had under that one. */
export async function findOrder(db: Db, out_trade_no: string): Promise<Order | null> {
  const { rows } = await db.query<ShopOrder>(
    `select n.out_trade_no, n.total, o.description, o.state, o.transaction_id
     from order_numbers n join orders o on o.id = n.order_id where n.out_trade_no = $1`,
    [out_trade_no],
  );
  return rows[0] ? wxOrder(rows[0]) : null;
}

export const findOrderById = async (db: Db, id: string): Promise<ShopOrder | null> =>
  (await db.query<ShopOrder>(`select ${COLUMNS} from orders where id = $1`, [id])).rows[0] ?? null;

/** Finds an order of this user only. The order of another user is treated as missing. */
export const findOrderOf = async (db: Db, openid: string, id: string): Promise<ShopOrder | null> =>
  (await db.query<ShopOrder>(`select ${COLUMNS} from orders where id = $1 and openid = $2`, [id, openid])).rows[0] ??
  null;

export const listOrdersOf = async (db: Db, openid: string): Promise<ShopOrder[]> =>
  (
    await db.query<ShopOrder>(
      `select ${COLUMNS} from orders where openid = $1 order by created_at desc, id desc limit 50`,
      [openid],
    )
  ).rows;

export const listOrders = async (db: Db): Promise<ShopOrder[]> =>
  (await db.query<ShopOrder>(`select ${COLUMNS} from orders order by created_at desc, id desc limit 200`)).rows;

/**
 * The effect of a payment, in the transaction of `once`; resolves to the order's id. Conditional: whatever a store forgets, a
 * paid order is not paid again. A payment under an older number pays the order at that number's price.
 */
export async function markPaid(tx: PgTx, { out_trade_no, transaction_id, success_time }: Payment): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `update orders o set state = 'paid', transaction_id = $1, paid_at = coalesce($3::timestamptz, now()),
       out_trade_no = n.out_trade_no, total = n.total
     from order_numbers n where n.out_trade_no = $2 and o.id = n.order_id and o.state = 'pending' returning o.id`,
    [transaction_id, out_trade_no, success_time],
  );
  if (rows.length === 0) throw new Error(`order ${out_trade_no} was settled by another payment at this moment`);
  return rows[0]!.id;
}

/** The payer is on the way to the cashier: from now on WeChat may know of a payment before the shop does. */
export const markPrepaid = (db: Db, openid: string, id: string, now: number): Promise<unknown> =>
  db.query(`update orders set prepaid_at = $3 where id = $2 and openid = $1 and state = 'pending'`, [
    openid,
    id,
    new Date(now),
  ]);

/** What `reconcile` walks, a page at a time: nothing is held open between two pages. */
export async function* pendingOrders(db: Db): AsyncGenerator<PendingOrder> {
  let last: [prepaid_at: Date, id: string] = [new Date(0), ''];
  for (;;) {
    const { rows } = await db.query<ShopOrder & { prepaid_at: Date }>(
      `select ${COLUMNS}, prepaid_at from orders where state = 'pending' and (prepaid_at, id) > ($1, $2)
       order by prepaid_at, id limit 100`,
      last,
    );
    for (const order of rows) yield { order: wxOrder(order), prepaidAt: order.prepaid_at };
    const end = rows.at(-1);
    if (!end) return;
    last = [end.prepaid_at, end.id];
  }
}

/** An order is closed when its time is over, not when a number of it was: the next visit of its pay page gives it another. */
export const markClosed = (db: Db, out_trade_no: string, placedBefore: number): Promise<unknown> =>
  db.query(`update orders set state = 'closed' where out_trade_no = $1 and state = 'pending' and prepaid_at <= $2`, [
    out_trade_no,
    new Date(placedBefore),
  ]);

/** Gives a pending order a fresh number at a price; `false` when it has another number or state by now. */
export async function renumber(db: Db, out_trade_no: string, total: number): Promise<boolean> {
  const { rows } = await db.query(
    `with moved as (
       update orders set out_trade_no = $2, total = $3 where out_trade_no = $1 and state = 'pending' returning id)
     insert into order_numbers (out_trade_no, order_id, total) select $2, id, $3 from moved returning order_id`,
    [out_trade_no, nextTradeNo(out_trade_no), total],
  );
  return rows.length === 1;
}

/** For `wxPrepay`: when another request was faster, the number it gave. */
export async function reissue(db: Db, { out_trade_no, amount }: Order): Promise<Order> {
  await renumber(db, out_trade_no, amount.total);
  const { rows } = await db.query<ShopOrder>(
    `select o.out_trade_no, o.total, o.description, o.state, o.transaction_id
     from order_numbers n join orders o on o.id = n.order_id where n.out_trade_no = $1`,
    [out_trade_no],
  );
  return wxOrder(rows[0]!);
}
