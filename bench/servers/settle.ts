/** Settles verified notices with `memoryOnce`, one after the other. */
import { createSettlement, memoryOnce, type Notice } from '../../src/index.js';
import { wxpayV2 } from '../candidates/ours.js';
import { createMerchant } from '../inputs/merchant.js';
import { orderOf, TOTAL, tradeNo, transactionId } from '../inputs/order.js';
import { answering } from './child.js';

const { appid, mchid, ...merchant } = createMerchant();

const settlement = createSettlement({
  wxpay: wxpayV2({ appid, mchid, ...merchant }),
  once: memoryOnce(),
  findOrder: async (out_trade_no: string) => ({ ...orderOf(out_trade_no), state: 'pending' as const }),
  fulfil: async () => {},
});

const noticeOf = (n: number): Notice => ({
  type: 'payment.success',
  payment: {
    appid,
    mchid,
    out_trade_no: tradeNo(n),
    transaction_id: transactionId(n),
    trade_state: 'SUCCESS',
    amount: { total: TOTAL, currency: 'CNY' },
  },
  raw: {},
});

let next = 0;

answering(async ({ count }: { count: number }) => {
  for (const until = next + count; next < until; next++) await settlement.settle(noticeOf(next));
  return {};
});
