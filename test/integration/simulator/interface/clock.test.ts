import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';
import { ask } from './support.js';

const REAL = Date.parse('2026-11-28T09:30:00+08:00');
const HOUR = 3_600_000;

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator({ now: () => REAL });
});
afterEach(() => sim.close());

test.each([
  [HOUR, HOUR],
  ['3h', 3 * HOUR],
  ['1d2h', 26 * HOUR],
  ['15 s', 15_000],
  ['1.5 min', 90_000],
  ['250ms', 250],
])('the clock advances by %j', async (by, offset) => {
  const { body } = await ask(sim, 'POST', '/clock/advance', { by });
  expect(body).toEqual({ now: REAL + offset, offset, real: REAL, beijing: expect.any(String) });
});

test.each([
  ['2026-11-29T00:00', '2026-11-29T00:00:00+08:00'],
  ['2026-11-29 08:15:30', '2026-11-29T08:15:30+08:00'],
  ['2026-11-29', '2026-11-29T00:00:00+08:00'],
  ['2026-11-29T00:00Z', '2026-11-29T08:00:00+08:00'],
  [REAL + HOUR, '2026-11-28T10:30:00+08:00'],
  ['2026-01-01T00:00', '2026-01-01T00:00:00+08:00'],
])('the clock is set to %j', async (now, beijing) => {
  const { body } = await ask(sim, 'PUT', '/clock', { now });
  expect(body.beijing).toBe(beijing);
});

test('the clock goes back to the real time', async () => {
  await ask(sim, 'POST', '/clock/advance', { by: '30d' });
  const { body } = await ask(sim, 'DELETE', '/clock');
  expect(body).toMatchObject({ now: REAL, offset: 0 });
});

describe('the clock does not take', () => {
  test.each([
    ['POST', '/clock/advance', { by: -1 }],
    ['POST', '/clock/advance', { by: '3 weeks' }],
    ['POST', '/clock/advance', { by: '' }],
    ['POST', '/clock/advance', {}],
    ['POST', '/clock/advance', []],
    ['PUT', '/clock', { now: 'tomorrow' }],
    ['PUT', '/clock', { now: '2026-02-31' }],
    ['PUT', '/clock', { now: '2026-01-01T25:00' }],
  ])('%s %s %j', async (method, path, body) => {
    const answer = await ask(sim, method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).not.toBe('');
    expect(sim.clock.now()).toBe(REAL);
  });
});

test('an order that was paid in the future is still paid when the clock goes back', async () => {
  const order = { total: 1, notify_url: 'http://127.0.0.1:9/n', out_trade_no: 'SHOP00A17' };
  await ask(sim, 'POST', '/clock/advance', { by: '3h' });
  await ask(sim, 'POST', '/orders', order);
  await ask(sim, 'POST', '/orders/SHOP00A17/pay');
  await ask(sim, 'DELETE', '/clock');
  expect((await ask(sim, 'GET', '/orders/SHOP00A17')).body.order.trade_state).toBe('SUCCESS');
});
