/** Handlers as shops write them: compiled, never run. */
import { PGlite } from '@electric-sql/pglite';
import type { Context } from 'koa';
import Koa from 'koa';
import { createSettlement, memoryOnce, type Notice, type Order, type Wxpay, wxNotify } from 'koa-wxpay';
import { type PgTx, postgresOnce } from 'koa-wxpay/postgres';
import pg from 'pg';

declare const wxpay: Wxpay;
declare const findOrder: (out_trade_no: string) => Promise<Order | null>;

type Same<A, B> = [A, B] extends [B, A] ? true : false;
const yes = <_T extends true>(): void => {};

// narrowing
export function totalOf(notice: Notice): number {
  if (notice.type === 'payment.success') {
    // @ts-expect-error: a payment carries no refund
    notice.refund;
    return notice.payment.amount.total;
  }
  yes<Same<typeof notice.type, 'refund.success' | 'refund.abnormal' | 'refund.closed'>>();
  yes<Same<typeof notice.authenticity, 'signed' | 'encrypted-only'>>();
  // @ts-expect-error: a refund carries no payment
  notice.payment;
  return notice.refund.amount.refund;
}

// plain Koa: the state is typed from one middleware to the next
const app = new Koa();
app.use(wxNotify({ wxpay, findOrder, once: postgresOnce(new pg.Pool()) })).use(async (ctx) => {
  const { notice, tx } = ctx.state.wxpay;
  yes<Same<typeof tx, PgTx>>();
  yes<Same<typeof notice, Notice>>();
  const { rows } = await tx.query<{ id: number }>('select 1 as id');
  yes<Same<(typeof rows)[0], { id: number }>>();
  // @ts-expect-error: nothing of this name is there
  ctx.state.wxpay.notification;
});

// the transaction is known from `once`
createSettlement({
  wxpay,
  findOrder,
  once: postgresOnce(await PGlite.create()),
  async fulfil(notice, { tx, signal }) {
    yes<Same<typeof tx, PgTx>>();
    yes<Same<typeof signal, AbortSignal>>();
    if (notice.type === 'payment.success') await tx.query('update orders set state = $1', ['paid']);
  },
});
createSettlement({
  wxpay,
  findOrder,
  once: memoryOnce(),
  async fulfil(_notice, { tx }) {
    yes<Same<typeof tx, undefined>>();
    // @ts-expect-error: the memory has no transaction
    tx.query;
  },
});

// a host's own store, with its own transaction
interface MyTx {
  save(row: object): Promise<void>;
}
wxNotify({
  wxpay,
  findOrder: async (out_trade_no: string, ctx?: Context) => (ctx?.path ? findOrder(out_trade_no) : null),
  once: async (claim, work: (tx: MyTx) => Promise<void>) => {
    await work({ save: async () => void claim.key });
    return 'ran';
  },
  fulfil: (notice, { tx }) => tx.save(notice),
});
