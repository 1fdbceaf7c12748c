import type { LedgerOrder } from '../ledger/order.js';
import type { World } from '../world.js';
import type { Endpoint } from './endpoint.js';
import { COMMON } from './fields.js';
import { type FieldsOut, paymentFields } from './payment-fields.js';
import { ORDER_NOT_EXIST } from './refusals.js';

const DESCRIPTIONS: Record<string, string> = {
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款，退款详情请查询退款单',
  NOTPAY: '订单未支付',
  CLOSED: '订单已关闭',
};

/** `POST /pay/orderquery`: by `transaction_id`, which wins, or by `out_trade_no`. */
export const orderquery = (world: World): Endpoint => ({
  path: '/pay/orderquery',
  rules: { ...COMMON, transaction_id: { max: 32, optional: true }, out_trade_no: { max: 32, optional: true } },
  run: ({ merchant, appid, sub_mchid, fields }) => {
    const transaction_id = fields.get('transaction_id');
    const out_trade_no = fields.get('out_trade_no');
    if (!transaction_id && !out_trade_no) return { return_msg: '缺少参数transaction_id或out_trade_no' };
    const order = transaction_id
      ? world.ledger.findTransaction(merchant.mchid, transaction_id, { sub_mchid })
      : world.ledger.find(merchant.mchid, out_trade_no as string, { sub_mchid });
    return order?.appid === appid ? { fields: report(world, order) } : ORDER_NOT_EXIST;
  },
});

function report(world: World, order: LedgerOrder): FieldsOut {
  const trade_state = world.ledger.reported(order);
  const paid = order.payment && (trade_state === 'SUCCESS' || trade_state === 'REFUND');
  const facts: FieldsOut = paid
    ? paymentFields(order, order.payment as NonNullable<LedgerOrder['payment']>)
    : new Map<string, string | number>([
        ['out_trade_no', order.out_trade_no],
        ['total_fee', order.total],
        ...(order.attach ? [['attach', order.attach] as const] : []),
      ]);
  return facts.set('trade_state', trade_state).set('trade_state_desc', DESCRIPTIONS[trade_state] ?? trade_state);
}
