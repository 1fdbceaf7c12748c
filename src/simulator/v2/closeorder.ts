import { close } from '../payments/close.js';
import type { SimulatorState } from '../state.js';
import type { Endpoint } from './endpoint.js';
import { COMMON } from './fields.js';
import { CLOSE_TOO_SOON, ORDER_CLOSED, ORDER_NOT_EXIST, ORDER_PAID } from './refusals.js';

/** `POST /pay/closeorder`: after it, nobody can pay the order. */
export const closeorder = (state: SimulatorState): Endpoint => ({
  path: '/pay/closeorder',
  rules: { ...COMMON, out_trade_no: { max: 32 } },
  run: ({ merchant, appid, sub_mchid, fields }) => {
    const out_trade_no = fields.get('out_trade_no') as string;
    const order = state.ledger.find(merchant.mchid, out_trade_no, { sub_mchid });
    if (order?.appid !== appid) return ORDER_NOT_EXIST;
    const result = close(state, order);
    if (result === 'paid') return ORDER_PAID;
    if (result === 'too soon') return CLOSE_TOO_SOON;
    return result === 'closed' ? ORDER_CLOSED : { fields: new Map([['result_msg', 'OK']]) };
  },
});
