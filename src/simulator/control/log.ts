import { z } from 'zod';
import { otherEvent, type SimulatorEvent } from '../messages/v3/other-event.js';
import { merchantOf } from '../payments/place.js';
import { strictProperties } from '../scenarios/check.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, ControlError, endpoint, notFound } from './endpoint.js';
import { listQuery, page, pageOf } from './page.js';
import {
  deliveryDetail,
  deliveryDetailView,
  deliverySummary,
  deliverySummaryView,
} from './views/delivery.js';
import {
  requestDetail,
  requestDetailView,
  requestSummary,
  requestSummaryView,
} from './views/request.js';

/** How many of the records before this one are no longer kept: the ids count from 1. */
const droppedBefore = (first: { id: string } | undefined): number =>
  first ? Number(first.id.slice(1)) - 1 : 0;

const chosen = {
  mchid: z.string().optional(),
  out_trade_no: z.string().optional(),
};

type Chosen = { mchid?: string | undefined; out_trade_no?: string | undefined };

const isChosen =
  ({ mchid, out_trade_no }: Chosen) =>
  (record: Chosen): boolean =>
    (mchid === undefined || record.mchid === mchid) &&
    (out_trade_no === undefined || record.out_trade_no === out_trade_no);

/** Reading the requests to WeChat and the attempts to notify, and sending notifications. */
export const logEndpoints = (state: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'GET',
    path: '/__sim/requests',
    summary: 'Lists requests to the hosts of WeChat',
    tag: 'Log',
    query: listQuery(chosen),
    answer: pageOf(requestSummary),
    handle: ({ query }) => {
      const { records } = state.requests;
      const dropped = droppedBefore(records[0]);
      const { items, next } = page(records, query, { where: isChosen(query), dropped });
      return { items: items.map(requestSummaryView), next };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/requests/{id}',
    summary: 'Shows a request with its answer, and what their signatures cover',
    tag: 'Log',
    answer: requestDetail,
    handle: ({ params: { id = '' } }) =>
      requestDetailView(state, state.requests.find(id) ?? notFound(`request ${id}`)),
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/deliveries',
    summary: 'Lists attempts to deliver notifications',
    tag: 'Log',
    query: listQuery({
      ...chosen,
      notification: z.string().optional().describe('the id that retries and copies share'),
    }),
    answer: pageOf(deliverySummary),
    handle: ({ query }) => {
      const { records } = state.deliveries.log;
      const { notification } = query;
      const isOwn = isChosen(query);
      const { items, next } = page(records, query, {
        where: (delivery) =>
          isOwn(delivery) && (notification === undefined || delivery.notification === notification),
        dropped: droppedBefore(records[0]),
      });
      return { items: items.map(deliverySummaryView), next };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/deliveries/{id}',
    summary: 'Shows an attempt to notify, decrypted, and what its signature covers',
    tag: 'Log',
    answer: deliveryDetail,
    handle: ({ params: { id = '' } }) =>
      deliveryDetailView(state, state.deliveries.log.find(id) ?? notFound(`delivery ${id}`)),
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/deliveries/{id}/resend',
    summary: 'Sends the notification of an attempt once more, without retries',
    tag: 'Log',
    answer: deliveryDetail,
    handle: async ({ params: { id = '' } }) => {
      const { deliveries } = state;
      const found = deliveries.log.find(id) ?? notFound(`delivery ${id}`);
      return deliveryDetailView(state, await deliveries.resend(found));
    },
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/notifications',
    summary: 'Sends the notification of any event of API v3, encrypted and signed',
    tag: 'Log',
    body: strictProperties({
      url: z.string().describe('the address to notify'),
      event_type: z.string().describe('for example MCHTRANSFER.BILL.FINISHED'),
      original_type: z.string().describe('the kind of the resource, for example mch_payment'),
      resource: z.record(z.string(), z.unknown()).describe('what is encrypted'),
      summary: z.string().optional(),
      out_trade_no: z.string().optional().describe('the order it is about, for the log'),
      mchid: z.string().optional().describe('the merchant; default the first one'),
    }),
    answer: z.strictObject({ deliveries: z.array(deliverySummary) }),
    handle: async ({ body: { mchid, ...event } }) => {
      if (!URL.canParse(event.url) || !/^https?:/.test(event.url)) {
        throw new ControlError(400, 'body.url: expected an http or https address');
      }
      const merchant = merchantOf(state, mchid);
      const notification = otherEvent(state, merchant, event as SimulatorEvent);
      await state.deliveries.send(notification);
      const { records } = state.deliveries.log;
      const sent = records.filter((delivery) => delivery.notification === notification.id);
      return { deliveries: sent.map(deliverySummaryView) };
    },
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/settle',
    summary: 'Waits until no attempt to notify is running',
    tag: 'Log',
    answer: z.strictObject({}),
    handle: async () => {
      await state.deliveries.settled();
      return {};
    },
  }),
];
