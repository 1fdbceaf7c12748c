import type { LedgerOrder } from '../ledger/order.js';
import { transactionOf } from '../messages/v3/transaction.js';
import { close } from '../payments/close.js';
import type { SimulatorState } from '../state.js';
import type { Endpoint } from './endpoint.js';
import { subMerchantOf } from './parties.js';
import { refuse } from './refusal.js';

const basePath = (partner: boolean): string => `/v3/pay${partner ? '/partner' : ''}/transactions`;

const existing = (order: LedgerOrder | undefined): LedgerOrder =>
  order ?? refuse(404, 'ORDER_NOT_EXIST', '订单不存在');

const ignoresV2 = ({ switches }: SimulatorState): boolean => switches.v3.v2Orders === 'unknown';

/** `GET …/out-trade-no/{out_trade_no}` and `GET …/id/{transaction_id}` */
export const queryEndpoints = (state: SimulatorState, partner: boolean): Endpoint[] => {
  const { ledger } = state;
  const report = (order: LedgerOrder) => ({ body: transactionOf(order, ledger.reported(order)) });
  return [
    {
      method: 'GET',
      path: `${basePath(partner)}/out-trade-no/{out_trade_no}`,
      transactions: true,
      run: ({ merchant, params: { out_trade_no = '' }, query }) => {
        const sub = subMerchantOf(merchant, partner, Object.fromEntries(query), 'query');
        const scope = { ...sub, ignoreV2: ignoresV2(state) };
        return report(existing(ledger.find(merchant.mchid, out_trade_no, scope)));
      },
    },
    {
      method: 'GET',
      path: `${basePath(partner)}/id/{transaction_id}`,
      transactions: true,
      run: ({ merchant, params: { transaction_id = '' }, query }) => {
        const sub = subMerchantOf(merchant, partner, Object.fromEntries(query), 'query');
        const scope = { ...sub, ignoreV2: ignoresV2(state) };
        const order = ledger.findTransaction(merchant.mchid, transaction_id, scope);
        if (!order && isKnown(state, transaction_id)) {
          refuse(400, 'INVALID_REQUEST', '商户号和订单信息不匹配');
        }
        // A payment that queries do not report yet has no known number.
        const reported = order && ledger.reported(order) !== 'NOTPAY' ? order : undefined;
        return report(existing(reported));
      },
    },
  ];
};

const isKnown = ({ ledger }: SimulatorState, transaction_id: string): boolean =>
  ledger.findAny(transaction_id)?.payment?.transaction_id === transaction_id;

/** `POST …/out-trade-no/{out_trade_no}/close`. Closing a closed order is a success. */
export const closeEndpoint = (state: SimulatorState, partner: boolean): Endpoint => ({
  method: 'POST',
  path: `${basePath(partner)}/out-trade-no/{out_trade_no}/close`,
  transactions: true,
  run: ({ merchant, params: { out_trade_no = '' }, body }) => {
    const { ledger, rules } = state;
    const sub = subMerchantOf(merchant, partner, body, 'body');
    const scope = { ...sub, ignoreV2: ignoresV2(state) };
    const order = existing(ledger.find(merchant.mchid, out_trade_no, scope));
    const result = close(state, order);
    if (result === 'paid') refuse(400, rules.orderPaidCode, '该订单已支付');
    if (result === 'too soon') {
      refuse(400, 'INVALID_REQUEST', '订单生成后不能马上关单，请五分钟后再试');
    }
    return 'no content';
  },
});
