import type { LedgerOrder } from '../ledger/order.js';
import type { World } from '../world.js';
import type { Endpoint } from './endpoint.js';
import { named } from './parties.js';
import { refuse } from './refusal.js';
import { transactionOf } from './transaction.js';

const base = (partner: boolean): string => `/v3/pay${partner ? '/partner' : ''}/transactions`;

const found = (order: LedgerOrder | undefined): LedgerOrder => order ?? refuse(404, 'ORDER_NOT_EXIST', '订单不存在');

/** `GET …/out-trade-no/{out_trade_no}` and `GET …/id/{transaction_id}`. */
export const queryEndpoints = (world: World, partner: boolean): Endpoint[] => {
  const blind = (): boolean => world.switches.v3.v2Orders === 'unknown';
  const report = (order: LedgerOrder) => ({ body: transactionOf(order, world.ledger.reported(order)) });
  return [
    {
      method: 'GET',
      path: `${base(partner)}/out-trade-no/{out_trade_no}`,
      transactions: true,
      run: ({ merchant, params, query }) => {
        const { sub_mchid } = named(merchant, partner, Object.fromEntries(query), 'query');
        const { out_trade_no = '' } = params;
        return report(found(world.ledger.find(merchant.mchid, out_trade_no, { sub_mchid, blind: blind() })));
      },
    },
    {
      method: 'GET',
      path: `${base(partner)}/id/{transaction_id}`,
      transactions: true,
      run: ({ merchant, params, query }) => {
        const { sub_mchid } = named(merchant, partner, Object.fromEntries(query), 'query');
        const { transaction_id = '' } = params;
        const order = world.ledger.findTransaction(merchant.mchid, transaction_id, { sub_mchid, blind: blind() });
        if (!order && world.ledger.all().some(({ payment }) => payment?.transaction_id === transaction_id)) {
          refuse(400, 'INVALID_REQUEST', '商户号和订单信息不匹配');
        }
        // until it may be told that somebody paid, nobody knows this number
        return report(found(order && world.ledger.reported(order) !== 'NOTPAY' ? order : undefined));
      },
    },
  ];
};

/** `POST …/out-trade-no/{out_trade_no}/close`: closing what is closed is no mistake. */
export const closeEndpoint = (world: World, partner: boolean): Endpoint => ({
  method: 'POST',
  path: `${base(partner)}/out-trade-no/{out_trade_no}/close`,
  transactions: true,
  run: ({ merchant, params, body }) => {
    const { sub_mchid } = named(merchant, partner, body, 'body');
    const blind = world.switches.v3.v2Orders === 'unknown';
    const order = found(world.ledger.find(merchant.mchid, params.out_trade_no ?? '', { sub_mchid, blind }));
    if (world.ledger.close(order) === 'paid') refuse(400, world.rules.orderPaidCode, '该订单已支付');
    return 'no content';
  },
});
