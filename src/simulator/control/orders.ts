import { z } from 'zod';
import { type LedgerOrder, stateOf } from '../ledger/order.js';
import { paymentNotification } from '../messages/notifications.js';
import { close } from '../payments/close.js';
import { type NewOrder, placeOrder } from '../payments/place.js';
import { strictProperties } from '../scenarios/check.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, ControlError, endpoint } from './endpoint.js';
import { findOrderOf, findPaidOrderOf, oneOrder } from './find-order.js';
import { listQuery, page, pageOf } from './page.js';
import { tradeState } from './views/common.js';
import { deliverySummary, deliverySummaryView } from './views/delivery.js';
import { history, order, orderView, refund, refundView } from './views/order.js';
import { requestSummary, requestSummaryView } from './views/request.js';

const newOrder = strictProperties({
  type: z.enum(['jsapi', 'native', 'h5', 'app']).optional().describe('default jsapi'),
  api: z.enum(['v2', 'v3']).optional().describe('default v3'),
  total: z.int().min(1).describe('fen'),
  notify_url: z.string(),
  out_trade_no: z.string().optional().describe('default a number that is free'),
  description: z.string().min(1).max(127).optional(),
  attach: z.string().max(127).optional(),
  mchid: z.string().optional(),
  appid: z.string().optional(),
  person: z.string().optional().describe('the id of who is going to pay, for jsapi'),
});

const strings = z.record(z.string(), z.string());

const placedOrder = z.strictObject({
  order,
  prepay_id: z.string(),
  code_url: z.string().optional(),
  h5_url: z.string().optional(),
  jsapi: strings.optional().describe('the parameters of the page, signed by the merchant'),
  app: strings.optional().describe('the parameters of the app, signed by the merchant'),
});

const wholeOrder = z.strictObject({
  order,
  history,
  refunds: z.array(refund),
  requests: z.array(requestSummary).describe('those that are still kept, oldest first'),
  deliveries: z.array(deliverySummary).describe('oldest first'),
});

const matches = (of: LedgerOrder, text: string): boolean =>
  [of.out_trade_no, of.payment?.transaction_id ?? '', of.description].some((part) =>
    part.includes(text),
  );

/** Everything that concerns an order. */
function wholeOrderView(state: SimulatorState, of: LedgerOrder): z.infer<typeof wholeOrder> {
  const isOwn = (about: { mchid?: string; out_trade_no?: string }): boolean =>
    about.out_trade_no === of.out_trade_no &&
    (about.mchid === undefined || about.mchid === of.mchid);
  return {
    order: orderView(state, of),
    history: of.history,
    refunds: state.refunds.ofOrder(of).map(refundView),
    requests: state.requests.records.filter(isOwn).map(requestSummaryView),
    deliveries: state.deliveries.log.records.filter(isOwn).map(deliverySummaryView),
  };
}

/** Reading, placing and closing orders. */
export const orderEndpoints = (state: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'GET',
    path: '/__sim/orders',
    summary: 'Lists orders',
    tag: 'Orders',
    query: listQuery({
      mchid: z.string().optional(),
      trade_state: tradeState.optional(),
      search: z.string().optional().describe('a part of a number or of the description'),
    }),
    answer: pageOf(order),
    handle: ({ query }) => {
      const { mchid, trade_state, search } = query;
      const { items, next } = page(state.ledger.all(), query, {
        where: (of) =>
          (mchid === undefined || of.mchid === mchid) &&
          (trade_state === undefined || stateOf(of) === trade_state) &&
          (search === undefined || matches(of, search)),
      });
      return { items: items.map((of) => orderView(state, of)), next };
    },
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/orders',
    summary: 'Places an order as its merchant would',
    tag: 'Orders',
    body: newOrder,
    answer: placedOrder,
    status: 201,
    handle: ({ body }) => {
      const { order: of, ...ways } = placeOrder(state, body as NewOrder);
      return { order: orderView(state, of), ...ways };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/orders/{out_trade_no}',
    summary: 'Shows an order and everything that concerns it',
    tag: 'Orders',
    query: oneOrder,
    answer: wholeOrder,
    handle: ({ params, query }) =>
      wholeOrderView(state, findOrderOf(state, params.out_trade_no, query.mchid)),
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/orders/{out_trade_no}/close',
    summary: 'Closes an unpaid order as its merchant would',
    tag: 'Orders',
    query: oneOrder,
    answer: order,
    handle: ({ params, query }) => {
      const of = findOrderOf(state, params.out_trade_no, query.mchid);
      const result = close(state, of);
      if (result === 'paid') throw new ControlError(409, `order ${of.out_trade_no} is paid`);
      if (result === 'too soon') {
        throw new ControlError(409, `order ${of.out_trade_no} is too young: rule closeAfter`);
      }
      return orderView(state, of);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/orders/{out_trade_no}/notify',
    summary: 'Notifies the payment of an order once more, as a new notification',
    tag: 'Orders',
    query: oneOrder,
    answer: z.strictObject({ deliveries: z.array(deliverySummary) }),
    handle: async ({ params, query }) => {
      const of = findPaidOrderOf(state, params.out_trade_no, query.mchid);
      const notification = paymentNotification(state, of);
      await state.deliveries.send(notification);
      const { records } = state.deliveries.log;
      const sent = records.filter((delivery) => delivery.notification === notification.id);
      return { deliveries: sent.map(deliverySummaryView) };
    },
  }),
];
