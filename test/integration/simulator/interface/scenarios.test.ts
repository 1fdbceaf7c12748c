import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';
import { SCENARIOS } from '../../../../src/simulator/scenarios/scenario.js';
import type { SwitchBoard } from '../../../../src/simulator/scenarios/switches.js';
import { ask } from './support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator();
});
afterEach(() => sim.close());

const on = (name: string, body: object = {}) => ask(sim, 'PUT', `/scenarios/${name}`, body);
const off = (name: string, query = '') => ask(sim, 'DELETE', `/scenarios/${name}${query}`);
const isOn = async () => (await ask(sim, 'GET', '')).body.scenarios;

const settings = SCENARIOS.filter(({ scope }) => scope !== 'action');

test.each(settings.flatMap(({ name, choices }) => choices.map(({ value }) => [name, value])))(
  '%s takes %j, and is off again afterwards',
  async (name, value) => {
    const { body } = await on(String(name), value === undefined ? { value: null } : { value });
    if (value === undefined) return;
    expect(body.error).toBeUndefined();
    const status = await ask(sim, 'GET', `/scenarios/${name}`);
    const shown = status.body.byPath ? Object.values(status.body.byPath) : [status.body.value];
    expect(shown).toEqual([value]);
    expect((await off(String(name))).body.on).toBe(false);
    expect(await isOn()).toEqual([]);
  },
);

test('the switches in code are the scenarios over HTTP', async () => {
  await on('refund.outcome', { value: 'ABNORMAL' });
  await on('notify.duplicate', { value: 3 });
  await on('api.latency', { value: 5, path: '/pay/orderquery' });
  expect(sim.switches).toMatchObject({
    refund: { outcome: 'ABNORMAL' },
    notify: { duplicate: 3 },
    api: { '/pay/orderquery': { latency: 5 } },
  });
  sim.switches.lag = 2000;
  expect(await isOn()).toEqual([
    'payment.lag',
    'notify.duplicate',
    'refund.outcome',
    'api.latency',
  ]);
});

test('without a value a scenario takes the first one that is offered', async () => {
  await on('notify.lost');
  await on('payment.lag');
  await on('oauth.errorPage');
  expect(sim.switches).toMatchObject({ notify: { lost: true }, lag: 5000 });
  expect(sim.switches.oauth.errorPage).toBe(10004);
});

test('what applies only once is shown until it has applied', async () => {
  await on('notify.lost', { once: true });
  await on('api.resetAfter', { once: true, path: '/pay/orderquery' });
  const shown = await ask(sim, 'GET', '/scenarios/api.resetAfter');
  expect(shown.body).toMatchObject({ on: true, next: [{ value: true, path: '/pay/orderquery' }] });
  const board = sim.switches as SwitchBoard;
  expect([board.takeNotify(), board.takeNotify()]).toEqual([{ lost: true }, {}]);
  expect(board.takeApi('/pay/orderquery')).toEqual({ resetAfter: true });
  expect(await isOn()).toEqual([]);
});

test('turning a scenario off leaves the others of the same notification', async () => {
  await on('notify.lost');
  await on('notify.gzip');
  await on('notify.gzip', { once: true });
  await off('notify.gzip');
  expect(sim.switches.notify).toEqual({ lost: true });
  expect((sim.switches as SwitchBoard).armed.notify).toEqual([]);
  await off('notify.lost');
  expect(sim.switches.notify).toBeUndefined();
});

test('a fault of calls is turned off for one path, or for all', async () => {
  await on('api.tooMany', { path: '/pay/orderquery' });
  await on('api.tooMany', { path: '/pay/closeorder' });
  await off('api.tooMany', '?path=/pay/orderquery');
  expect(sim.switches.api).toEqual({ '/pay/closeorder': { tooMany: true } });
  await off('api.tooMany');
  expect(sim.switches.api).toEqual({});
});

describe('a scenario is refused', () => {
  test.each([
    ['notify.lots', {}, 404, 'did you mean "notify.lost"?'],
    ['notify.duplicate', { value: 0 }, 400, 'notify.duplicate: '],
    ['notify.duplicate', { values: 2 }, 400, 'did you mean "value"?'],
    ['payment.lag', { once: true }, 400, '"once" is not possible with payment.lag'],
    ['notify.lost', { path: '/pay' }, 400, '"path" is not possible with notify.lost'],
    ['api.latency', { path: 'pay' }, 400, '"path" must start with "/"'],
    ['keys.rotation', { value: 'daily' }, 400, 'keys.rotation: '],
    ['keys.rotation', { mchid: '1' }, 400, 'there is no merchant 1'],
  ])('%s with %j', async (name, body, status, error) => {
    const answer = await on(name, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(error);
    expect(await isOn()).toEqual([]);
  });
});

test('the platform certificate is rotated, with the old one known for a day or not at all', async () => {
  const serials = () => sim.merchant.keys.platformCertificates().map(({ serial }) => serial);
  const [first] = serials();
  await on('keys.rotation');
  expect(serials()).toHaveLength(2);
  expect(serials()[0]).toBe(first);
  await on('keys.rotation', { value: 'sudden' });
  expect(serials()).not.toContain(first);
});

test('a mode of all merchants hides the mode of each, and gives it back', async () => {
  await ask(sim, 'PATCH', `/merchants/${sim.merchant.mchid}`, { platform: 'mixed' });
  await on('v3.platform', { value: 'certificates' });
  expect(sim.merchant.platform).toBe('certificates');
  await off('v3.platform');
  expect(sim.merchant.platform).toBe('mixed');
});

test('a host is down for WeChat, and not for this interface', async () => {
  await on('hosts.primary', { value: 'down' });
  await expect(fetch(`${sim.url}/v3/certificates`)).rejects.toThrow();
  expect((await fetch(`${sim.backupUrl}/v3/certificates`)).status).toBe(401);
  expect((await ask(sim, 'GET', '/requests')).body.items[0]).toMatchObject({
    id: 'r2',
    path: '/v3/certificates',
  });
  await off('hosts.primary');
  expect((await fetch(`${sim.url}/v3/certificates`)).status).toBe(401);
});

test('rules are changed and shown, and a wrong value is refused', async () => {
  const { body } = await ask(sim, 'PATCH', '/rules', { sends: 15 });
  expect([body.sends, sim.rules.sends]).toEqual([15, 15]);
  const refused = await ask(sim, 'PATCH', '/rules', { sends: 14 });
  expect([refused.status, sim.rules.sends]).toEqual([400, 15]);
});

test('back to a good day turns everything off and keeps the data, unless it is asked for', async () => {
  await on('notify.lost');
  await on('hosts.backup', { value: 'down' });
  await ask(sim, 'POST', '/clock/advance', { by: '3h' });
  await ask(sim, 'POST', '/orders', { total: 1, notify_url: 'http://127.0.0.1:9/n' });
  const { body } = await ask(sim, 'POST', '/reset');
  expect(body).toMatchObject({ offset: 0, scenarios: [], counts: { orders: 1 } });
  const fresh = await ask(sim, 'POST', '/reset', { data: true });
  expect(fresh.body.counts).toEqual({ orders: 0, refunds: 0, deliveries: 0, requests: 0 });
});

test('after a reset with its data, nothing more is sent of what was before', async () => {
  await ask(sim, 'POST', '/orders', {
    total: 1,
    notify_url: 'http://127.0.0.1:9/n',
    out_trade_no: 'SHOP00A17',
  });
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  await sim.settled();
  await ask(sim, 'POST', '/reset', { data: true });
  await sim.clock.advance(86_400_000);
  expect(sim.deliveries).toEqual([]);
});
