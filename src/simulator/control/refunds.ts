import { z } from 'zod';
import { refundByHand } from '../payments/refund.js';
import { strictProperties } from '../scenarios/check.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, endpoint, notFound } from './endpoint.js';
import { findPaidOrderOf, oneOrder } from './find-order.js';
import { listQuery, page, pageOf } from './page.js';
import { refund, refundView } from './views/order.js';

/** Refunding, and reading refunds. */
export const refundEndpoints = (state: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'POST',
    path: '/__sim/orders/{out_trade_no}/refund',
    summary: 'Refunds in the merchant platform, which is done at once',
    tag: 'Orders',
    query: oneOrder,
    body: strictProperties({
      amount: z.int().min(1).optional().describe('fen; default everything that is left'),
    }),
    answer: refund,
    status: 201,
    handle: ({ params, query, body }) => {
      const of = findPaidOrderOf(state, params.out_trade_no, query.mchid);
      return refundView(refundByHand(state, of, body.amount ?? of.total - of.refunded));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/refunds',
    summary: 'Lists refunds',
    tag: 'Refunds',
    query: listQuery({ mchid: z.string().optional(), out_trade_no: z.string().optional() }),
    answer: pageOf(refund),
    handle: ({ query }) => {
      const { mchid, out_trade_no } = query;
      const { items, next } = page(state.refunds.all(), query, {
        where: ({ order }) =>
          (mchid === undefined || order.mchid === mchid) &&
          (out_trade_no === undefined || order.out_trade_no === out_trade_no),
      });
      return { items: items.map(refundView), next };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/refunds/{refund_id}',
    summary: 'Shows a refund',
    tag: 'Refunds',
    answer: refund,
    handle: ({ params: { refund_id = '' } }) =>
      refundView(state.refunds.findAny(refund_id) ?? notFound(`refund ${refund_id}`)),
  }),
];
