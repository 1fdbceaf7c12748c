import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findSigner } from '../../../src/core/v2/sign.js';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { order, orderFields, query, signedXml } from './support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator();
});
afterEach(() => sim.close());

const PATH = '/pay/unifiedorder';
const raw = (url = sim.url) =>
  fetch(url + PATH, { method: 'POST', body: signedXml(sim, orderFields(sim)) });
const signed = (fields: ReadonlyMap<string, string>) =>
  findSigner(fields, [sim.merchant.key], ['MD5']) !== undefined;

test('resetBefore: nothing was processed', async () => {
  sim.switches.next({ api: { [PATH]: { resetBefore: true } } });
  await expect(raw()).rejects.toThrow('fetch failed');
  expect(sim.order('SHOP00A17')).toBeUndefined();
});

test('resetAfter: the order exists and its answer is lost', async () => {
  sim.switches.next({ api: { [PATH]: { resetAfter: true } } });
  await expect(raw()).rejects.toThrow('fetch failed');
  expect(sim.order('SHOP00A17')).toMatchObject({ trade_state: 'NOTPAY' });
});

test.each([
  [true, undefined],
  ['processed', { trade_state: 'NOTPAY' }],
] as const)('systemError %s is signed and leaves the outcome open', async (systemError, left) => {
  sim.switches.next({ api: { [PATH]: { systemError } } });
  const answer = await order(sim);
  expect(Object.fromEntries(answer)).toMatchObject({
    return_code: 'SUCCESS',
    err_code: 'SYSTEMERROR',
  });
  expect(signed(answer)).toBe(true);
  if (left) expect(sim.order('SHOP00A17')).toMatchObject(left);
  else expect(sim.order('SHOP00A17')).toBeUndefined();
});

test('badSignature: the answer does not verify', async () => {
  sim.switches.next({ api: { [PATH]: { badSignature: true } } });
  const answer = await order(sim);
  expect(answer.get('prepay_id')).toBeDefined();
  expect(signed(answer)).toBe(false);
});

test('badGateway: 502 with a page', async () => {
  sim.switches.next({ api: { [PATH]: { badGateway: true } } });
  const response = await raw();
  expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
  expect(await response.text()).toContain('502 Bad Gateway');
  expect(sim.order('SHOP00A17')).toBeUndefined();
});

test('truncated: the body stops before its length', async () => {
  sim.switches.next({ api: { [PATH]: { truncated: true } } });
  const response = await raw();
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow('terminated');
});

test('slowBody: the head comes at once and the end does not', async () => {
  sim.switches.next({ api: { [PATH]: { slowBody: 1000 } } });
  const receiver = new AbortController();
  const response = await fetch(sim.url + PATH, {
    method: 'POST',
    body: signedXml(sim, orderFields(sim)),
    signal: receiver.signal,
  });
  expect(response.status).toBe(200);
  const text = response.text();
  receiver.abort(new Error('not yet'));
  await expect(text).rejects.toThrow('not yet');
});

test('latency: the whole answer is late', async () => {
  sim.switches.api[PATH] = { latency: 2000 };
  const body = signedXml(sim, orderFields(sim));
  const late = fetch(sim.url + PATH, { method: 'POST', body, signal: AbortSignal.timeout(200) });
  await expect(late).rejects.toThrow('timeout');
});

test('a fault concerns its own endpoint, until it is cleared', async () => {
  sim.switches.api[PATH] = { badGateway: true };
  expect((await query(sim)).get('err_code')).toBe('ORDERNOTEXIST');
  expect([(await raw()).status, (await raw()).status]).toEqual([502, 502]);
  sim.switches.clear();
  expect((await raw()).status).toBe(200);
});

test('the primary host may be down while the backup serves the same orders, and come back', async () => {
  await sim.primary.stop();
  await expect(raw()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  expect((await raw(sim.backupUrl)).status).toBe(200);
  await sim.primary.start();
  expect((await query(sim)).get('trade_state')).toBe('NOTPAY');
});
