import { createSettlement, createWxpay, type PendingOrder, reconcile } from 'koa-wxpay';
import { fromEnvironment, TOTAL } from './config.js';
import { openPostgres } from './stores/postgres.js';
import { openStore } from './stores/store.js';

/** A process that reconciles once, tells its parent of each order it settled, and ends. */

const config = fromEnvironment();
const { once, findOrder, credit } = await openStore(config);
const { appid, mchid, key } = config.merchant;
const wxpay = createWxpay({
  appid,
  mchid,
  notifyUrl: 'https://shop.example/wxpay/notify',
  v2: { key },
  ...(config.baseUrl !== undefined && { baseUrl: config.baseUrl }),
});
const settlement = createSettlement({
  wxpay,
  findOrder,
  once,
  fulfil: async (notice, { tx }) => {
    if (notice.type === 'payment.success') await credit(tx, notice.payment);
  },
});

const pool = openPostgres(config);
async function* pending(): AsyncGenerator<PendingOrder> {
  const { rows } = await pool.query<{ out_trade_no: string }>(
    `select out_trade_no from orders where state = 'pending' and out_trade_no like $1 order by out_trade_no`,
    [`${process.argv[2]}%`],
  );
  for (const { out_trade_no } of rows) {
    const order = { out_trade_no, description: 'tea', amount: { total: TOTAL } };
    yield { order, prepaidAt: wxpay.now() - 3_600_000 };
  }
}

process.on('disconnect', () => process.exit());
await reconcile(settlement, {
  pending,
  onClosed: ({ out_trade_no }) => {
    throw new Error(`${out_trade_no} was paid, and must not be closed`);
  },
  onProgress: ({ outcome }) => {
    if (outcome === 'settled') process.send?.('settled');
  },
});
process.exit();
