import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import type { SwitchBoard } from '../../../src/simulator/scenarios/switches.js';
import { order, params } from './support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator();
});
afterEach(() => sim.close());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${sim.url}/__sim/${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('the state shows orders, deliveries, people and the clock, and no keys', async () => {
  await order(sim);
  const { body } = await call('GET', 'state');
  expect(body).toMatchObject({
    now: expect.any(Number),
    orders: [{ out_trade_no: 'SHOP00A17', trade_state: 'NOTPAY', total: 1990 }],
    deliveries: [],
    people: expect.arrayContaining([
      expect.objectContaining({
        openids: { [sim.app.appid]: sim.people[0]?.openid(sim.app.appid) },
      }),
    ]),
  });
  expect(JSON.stringify(body)).not.toContain(sim.merchant.key);
});

test('an order is paid by its number, its prepay_id or the page’s parameters', async () => {
  sim.switches.notification = 'never';
  for (const [n, target] of ['out_trade_no', 'prepay_id', 'jsapi'].entries()) {
    const out_trade_no = `ORDER_${n}`;
    const prepay_id = (await order(sim, { out_trade_no })).get('prepay_id') as string;
    const value = { out_trade_no, prepay_id, jsapi: params(sim, prepay_id) }[target];
    const { body } = await call('POST', 'pay', { [target]: value, coupon: 1 });
    expect(body).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    expect(sim.order(out_trade_no)).toMatchObject({ trade_state: 'SUCCESS', payer_total: 1989 });
  }
  expect(await call('POST', 'pay', { coupon: 1 })).toMatchObject({ status: 400 });
});

test('time is advanced', async () => {
  const before = sim.clock.now();
  const { body } = await call('POST', 'advance', { by: 86_400_000 });
  expect((body.now as number) - before).toBeGreaterThanOrEqual(86_400_000);
});

test('switches are set, shown and cleared', async () => {
  const path = '/pay/orderquery';
  const set = {
    notification: 'before',
    lag: 2,
    notify: { duplicate: 3 },
    api: { [path]: { latency: 1 } },
  };
  expect((await call('POST', 'switches', set)).body).toMatchObject(set);
  expect(sim.switches).toMatchObject(set);
  await call('POST', 'switches', {
    next: { notify: { lost: true } },
    notify: null,
    api: { [path]: null },
  });
  const board = sim.switches as SwitchBoard;
  expect([board.takeNotify(), board.takeNotify()]).toEqual([{ lost: true }, {}]);
  expect(board.takeApi(path)).toBeUndefined();
  expect((await call('DELETE', 'switches')).body).toMatchObject({ notification: 'after', lag: 0 });
});

test.each([
  ['switches', { notify: { duplicated: 3 } }, 'notify: '],
  ['switches', { notification: 'later' }, 'notification: '],
  ['advance', { by: -1 }, 'by: '],
  ['advance', [], 'body: '],
])('%s does not take %j and says why', async (path, sent, error) => {
  const { status, body } = await call('POST', path, sent);
  expect(status).toBe(400);
  expect(body.error).toContain(error);
});

test('a form of a foreign page cannot reach it', async () => {
  const response = await fetch(`${sim.url}/__sim/advance`, {
    method: 'POST',
    body: '{"by":1}',
  });
  expect(response.status).toBe(415);
});
