import { z } from 'zod';
import type { LedgerOrder } from '../ledger/order.js';
import { findOrder } from '../payments/find-order.js';
import { pay } from '../payments/pay.js';
import type { PayOptions } from '../payments/pay-options.js';
import type { PayTarget } from '../payments/target.js';
import { strictProperties } from '../scenarios/check.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, ControlError, endpoint } from './endpoint.js';
import { findOrderOf, oneOrder } from './find-order.js';
import { order, orderView } from './views/order.js';

const payment = {
  person: z.string().optional().describe('the id of who pays; default whom it was placed for'),
  coupon: z.int().min(0).optional().describe('fen that a coupon pays'),
  couponType: z.enum(['CASH', 'NO_CASH', 'absent']).optional(),
  outcome: z
    .enum(['pays', 'cancels', 'balance', 'password'])
    .optional()
    .describe('what the person does in the cashier'),
};

const anyTarget = strictProperties({
  out_trade_no: z.string().optional(),
  mchid: z.string().optional().describe('with out_trade_no, when merchants share the number'),
  prepay_id: z.string().optional(),
  url: z.string().optional().describe('a code_url, h5_url or mweb_url'),
  jsapi: z.looseObject({ package: z.unknown() }).optional().describe('what a page got'),
  app: z.looseObject({ prepayid: z.unknown() }).optional().describe('what an app got'),
  page: z.string().optional().describe('the address of the page, for the 支付授权目录'),
  ...payment,
});

const result = z.strictObject({
  err_msg: z
    .enum(['ok', 'fail', 'cancel'].map((end) => `get_brand_wcpay_request:${end}`))
    .describe('what the page is told'),
  err_desc: z.string().optional().describe('why not'),
  transaction_id: z.string().optional(),
  order: order.optional().describe('absent when there is none'),
});

/** Paying in the cashier. */
export function paymentEndpoints(state: SimulatorState): ControlEndpoint[] {
  const payNow = async (target: PayTarget, options: PayOptions, of?: LedgerOrder) => ({
    ...(await pay(state, target, options)),
    ...(of && { order: orderView(state, of) }),
  });
  return [
    endpoint({
      method: 'POST',
      path: '/__sim/orders/{out_trade_no}/pay',
      summary: 'Pays an order in the cashier',
      tag: 'Orders',
      query: oneOrder,
      body: strictProperties(payment),
      answer: result,
      handle: ({ params, query, body }) => {
        const of = findOrderOf(state, params.out_trade_no, query.mchid);
        return payNow({ out_trade_no: of.out_trade_no, mchid: of.mchid }, body as PayOptions, of);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/__sim/pay',
      summary: 'Pays by a number, an address, or the parameters of a page or an app',
      tag: 'Orders',
      body: anyTarget,
      answer: result,
      handle: ({ body }) => {
        const { out_trade_no, mchid, prepay_id, url, jsapi, app, ...options } = body;
        const target = targetOf({ out_trade_no, prepay_id, url, jsapi, app });
        const wanted = mchid === undefined ? target : ({ ...target, mchid } as PayTarget);
        const found = findOrder(state, wanted);
        return payNow(wanted, options as PayOptions, 'order' in found ? found.order : undefined);
      },
    }),
  ];
}

/** @throws {ControlError} 400 */
function targetOf(named: Record<string, unknown>): PayTarget {
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  const [name = '', value] = given[0] ?? [];
  if (given.length !== 1) {
    const names = Object.keys(named).join(', ');
    throw new ControlError(400, `body: exactly one of ${names} is required`);
  }
  return (name === 'jsapi' || name === 'app' ? value : { [name]: value }) as PayTarget;
}
