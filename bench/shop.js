/** The shop that `notify.js` posts to, in a process of its own: an order looked up, marked paid and written to an outbox, per notice. */
import Koa from 'koa';
import pg from 'pg';
import { createWxpay, wxNotify } from '../dist/index.js';
import { postgresOnce } from '../dist/postgres.js';

process.once('message', ({ connectionString, max, merchant }) => {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', () => {});
  const wxpay = createWxpay(merchant);
  const findOrder = async (out_trade_no) => {
    const { rows } = await pool.query(
      'select out_trade_no, total, state, transaction_id from orders where out_trade_no = $1',
      [out_trade_no],
    );
    const [order] = rows;
    return order
      ? { out_trade_no, description: 'a bowl of noodles', amount: { total: order.total }, state: order.state }
      : null;
  };
  const app = new Koa();
  app.use(wxNotify({ wxpay, findOrder, once: postgresOnce(pool) }));
  app.use(async (ctx) => {
    const { notice, tx } = ctx.state.wxpay;
    const { out_trade_no, transaction_id } = notice.payment;
    const { rowCount } = await tx.query(
      `update orders set state = 'paid', transaction_id = $1 where out_trade_no = $2 and state = 'pending'`,
      [transaction_id, out_trade_no],
    );
    if (rowCount === 1)
      await tx.query('insert into outbox (kind, out_trade_no) values ($1, $2)', ['fulfil', out_trade_no]);
  });
  app.on('error', (error) => error.code === 'ERR_WXPAY_BUSY' || console.error(error));
  const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  // what the work costs, however busy the machine is
  process.on('message', () => process.send(process.cpuUsage()));
  process.once('disconnect', () => process.exit());
});
