import { z } from 'zod';
import { strictProperties } from '../scenarios/check.js';
import { SCENARIOS } from '../scenarios/scenario.js';
import { statusOf } from '../scenarios/scenario-switch.js';
import type { SimulatorState } from '../state.js';
import { clockView } from './clock.js';
import { type ControlEndpoint, endpoint } from './endpoint.js';
import { time } from './views/common.js';

export const overview = z.strictObject({
  now: time,
  offset: z.number().describe('milliseconds by which the clock is ahead of the real time'),
  urls: z.strictObject({
    primary: z.string().describe('api.mch, api and open.weixin.qq.com'),
    backup: z.string().describe('api2.mch.weixin.qq.com'),
    tls: z.string().nullable().describe('all of them over TLS'),
    phone: z.string().describe('the public origin of the shop'),
  }),
  shop: z.string().nullable().describe('the address of the shop that the phone shows'),
  counts: z.strictObject({
    orders: z.int(),
    refunds: z.int(),
    deliveries: z.int(),
    requests: z.int(),
  }),
  scenarios: z.array(z.string()).describe('the names of those that are on'),
  lastEvent: z.int().describe('the id of the latest event, for Last-Event-ID'),
});

function overviewOf(state: SimulatorState): z.infer<typeof overview> {
  const { now, offset } = clockView(state);
  const { urls, ledger, refunds, deliveries, requests, switches, feed } = state;
  return {
    now,
    offset,
    urls: {
      primary: urls.primary,
      backup: urls.backup,
      tls: urls.tls ?? null,
      phone: urls.phone ?? '',
    },
    shop: state.phone?.shop ?? null,
    counts: {
      orders: ledger.all().length,
      refunds: refunds.all().length,
      deliveries: deliveries.log.records.length,
      requests: requests.records.length,
    },
    scenarios: SCENARIOS.filter((of) => statusOf(switches, of).on).map(({ name }) => name),
    lastEvent: feed.last,
  };
}

/** What there is, and starting anew. */
export const overviewEndpoints = (state: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'GET',
    path: '/__sim',
    summary: 'Shows where the simulator is and what it holds',
    tag: 'Simulator',
    answer: overview,
    handle: () => overviewOf(state),
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/reset',
    summary:
      'Goes back to a good day: turns every scenario off and sets the clock to the real time',
    tag: 'Simulator',
    body: strictProperties({
      data: z
        .boolean()
        .optional()
        .describe('forgets orders, refunds, deliveries and requests, too'),
    }),
    answer: overview,
    handle: async ({ body }) => {
      await state.reset({ data: body.data ?? false });
      return overviewOf(state);
    },
  }),
  endpoint({
    method: 'PUT',
    path: '/__sim/shop',
    summary: 'Sets the shop that the phone shows',
    tag: 'Simulator',
    body: strictProperties({
      address: z.string().nullable().describe('an http address such as http://127.0.0.1:3000'),
    }),
    answer: overview,
    handle: ({ body }) => {
      if (state.phone) state.phone.shop = body.address;
      return overviewOf(state);
    },
  }),
];
