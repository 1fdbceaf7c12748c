import type { LedgerOrder } from '../ledger/order.js';
import { optional, paymentFields } from '../messages/v2/payment-fields.js';
import type { Fields } from '../signing/v2.js';
import type { SimulatorState } from '../state.js';
import type { Endpoint } from './endpoint.js';
import { COMMON } from './fields.js';
import { findOrder } from './find-order.js';
import { ORDER_NOT_EXIST } from './refusals.js';

const DESCRIPTIONS: Record<string, string> = {
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款，退款详情请查询退款单',
  NOTPAY: '订单未支付',
  CLOSED: '订单已关闭',
};

/** `POST /pay/orderquery` */
export const orderquery = (state: SimulatorState): Endpoint => ({
  path: '/pay/orderquery',
  rules: {
    ...COMMON,
    transaction_id: { max: 32, optional: true },
    out_trade_no: { max: 32, optional: true },
  },
  run: (call) => {
    const order = findOrder(state, call);
    if (order && 'refused' in order) return order.refused;
    return order?.appid === call.appid ? { fields: report(state, order) } : ORDER_NOT_EXIST;
  },
});

function report({ ledger }: SimulatorState, order: LedgerOrder): Fields {
  const trade_state = ledger.reported(order);
  const { payment } = order;
  const isPaid = trade_state === 'SUCCESS' || trade_state === 'REFUND';
  const fields: Fields =
    payment && isPaid
      ? paymentFields(order, payment)
      : new Map<string, string | number>([
          ['out_trade_no', order.out_trade_no],
          ['total_fee', order.total],
          ...optional('attach', order.attach),
        ]);
  fields.set('trade_state', trade_state);
  return fields.set('trade_state_desc', DESCRIPTIONS[trade_state] ?? trade_state);
}
