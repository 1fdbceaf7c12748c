import type { World } from '../world.js';
import type { Endpoint } from './endpoint.js';
import { COMMON } from './fields.js';
import { ORDER_CLOSED, ORDER_NOT_EXIST, ORDER_PAID } from './refusals.js';

/** `POST /pay/closeorder`: an unpaid order can no longer be paid. */
export const closeorder = (world: World): Endpoint => ({
  path: '/pay/closeorder',
  rules: { ...COMMON, out_trade_no: { max: 32 } },
  run: ({ merchant, appid, sub_mchid, fields }) => {
    const order = world.ledger.find(merchant.mchid, fields.get('out_trade_no') as string, { sub_mchid });
    if (order?.appid !== appid) return ORDER_NOT_EXIST;
    const outcome = world.ledger.close(order);
    if (outcome === 'paid') return ORDER_PAID;
    return outcome === 'closed' ? ORDER_CLOSED : { fields: new Map([['result_msg', 'OK']]) };
  },
});
