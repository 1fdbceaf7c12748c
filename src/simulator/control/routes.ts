import type { z } from 'zod';
import { json } from '../http/answers.js';
import type { Route } from '../http/types.js';
import { refundViewOf, viewOf } from '../ledger/view.js';
import { issueCode, type LoginRequest } from '../oauth/issue-code.js';
import { pay } from '../payments/pay.js';
import type { PayOptions } from '../payments/pay-options.js';
import type { PayTarget } from '../payments/target.js';
import { setSwitches, switchesBody } from '../scenarios/set-switches.js';
import type { SimulatorState } from '../state.js';
import { advanceBody, codeBody, payBody } from './bodies.js';
import { post, refused } from './json-route.js';

/** The JSON interface of the simulator, for tests in other processes and for its page. */
export const controlRoutes = (state: SimulatorState): Route[] => [
  { method: 'GET', path: '/__sim/state', handle: () => json(snapshotOf(state)) },
  { method: 'GET', path: '/__sim/switches', handle: () => json(state.switches) },
  {
    method: 'DELETE',
    path: '/__sim/switches',
    handle: () => {
      state.switches.clear();
      return json(state.switches);
    },
  },
  post('/__sim/switches', switchesBody, (body) => {
    setSwitches(state.switches, body);
    return json(state.switches);
  }),
  post('/__sim/advance', advanceBody, async ({ by }) => {
    await state.clock.advance(by);
    return json({ now: state.clock.now() });
  }),
  post('/__sim/code', codeBody, (body) => {
    try {
      return json({ code: issueCode(state, body as LoginRequest) });
    } catch (error) {
      if (error instanceof TypeError) return refused(error.message);
      throw error;
    }
  }),
  post('/__sim/pay', payBody, async (body) => {
    const target = targetOf(body);
    if (!target)
      return refused('body: one of jsapi, app, prepay_id, url and out_trade_no is required');
    const { person, page, coupon } = body;
    const options: PayOptions = {
      ...(person !== undefined && { person }),
      ...(page !== undefined && { page }),
      ...(coupon !== undefined && { coupon }),
    };
    return json(await pay(state, target, options));
  }),
];

function targetOf(body: z.infer<typeof payBody>): PayTarget | undefined {
  const { jsapi, app, prepay_id, url, out_trade_no } = body;
  if (jsapi) return jsapi;
  if (app) return app as unknown as PayTarget;
  if (prepay_id !== undefined) return { prepay_id };
  if (url !== undefined) return { url };
  return out_trade_no === undefined ? undefined : { out_trade_no };
}

const snapshotOf = (state: SimulatorState) => ({
  now: state.clock.now(),
  people: [...state.people.values()].map(({ id, name, unionid, openid }) => ({
    id,
    name,
    unionid,
    openids: Object.fromEntries([...state.apps.keys()].map((appid) => [appid, openid(appid)])),
  })),
  apps: [...state.apps.keys()],
  merchants: [...state.merchants.keys()],
  orders: state.ledger.all().map(viewOf),
  refunds: state.refunds.all().map(refundViewOf),
  deliveries: state.deliveries.log,
  requests: state.requests.records.slice(-100),
});
