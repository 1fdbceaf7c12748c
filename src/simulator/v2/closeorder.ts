import type { SimulatorState } from '../state.js';
import type { Endpoint } from './endpoint.js';
import { COMMON } from './fields.js';
import { CLOSE_TOO_SOON, ORDER_CLOSED, ORDER_NOT_EXIST, ORDER_PAID } from './refusals.js';

/** `POST /pay/closeorder`: after it, nobody can pay the order. */
export const closeorder = ({ ledger }: SimulatorState): Endpoint => ({
  path: '/pay/closeorder',
  rules: { ...COMMON, out_trade_no: { max: 32 } },
  run: ({ merchant, appid, sub_mchid, fields }) => {
    const order = ledger.find(merchant.mchid, fields.get('out_trade_no') as string, { sub_mchid });
    if (order?.appid !== appid) return ORDER_NOT_EXIST;
    const result = ledger.close(order);
    if (result === 'paid') return ORDER_PAID;
    if (result === 'too soon') return CLOSE_TOO_SOON;
    return result === 'closed' ? ORDER_CLOSED : { fields: new Map([['result_msg', 'OK']]) };
  },
});
