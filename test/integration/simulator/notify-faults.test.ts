import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findSigner } from '../../../src/core/v2/sign.js';
import { readXml } from '../../../src/core/v2/xml/read.js';
import { createSimulator, type NotifyFault, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { createShop, order, type Received, type Shop } from './support.js';

let sim: Simulator;
let shop: Shop;
beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock() });
  shop = await createShop();
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

async function paidWith(fault: NotifyFault): Promise<Received> {
  sim.switches.next({ notify: fault });
  await order(sim, { notify_url: shop.url });
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  await sim.settled();
  return shop.received[0] as Received;
}

const signed = (fields: ReadonlyMap<string, string>): boolean =>
  findSigner(fields, [sim.merchant.key], ['MD5']) !== undefined;

test('duplicate: so many copies at once, the same bytes', async () => {
  await paidWith({ duplicate: 64 });
  expect(shop.received).toHaveLength(64);
  expect(new Set(shop.received.map(({ body }) => String(body))).size).toBe(1);
});

test('delay: later on the simulator’s clock', async () => {
  await paidWith({ delay: 90_000 });
  await sim.clock.advance(89_000);
  expect(shop.received).toHaveLength(0);
  await sim.clock.advance(1_000);
  expect(shop.received).toHaveLength(1);
});

test('lost: this attempt never arrives, the next does', async () => {
  await paidWith({ lost: true });
  expect(shop.received).toHaveLength(0);
  expect(sim.deliveries[0]).toMatchObject({
    error: 'lost on the way',
    acknowledged: false,
    fault: { lost: true },
  });
  await sim.clock.advance(15_000);
  expect(shop.received).toHaveLength(1);
});

test.each<[NotifyFault, Record<string, string>]>([
  [{ wrongAmount: 1 }, { total_fee: '1' }],
  [{ wrongAppid: 'wxffffffffffffffff' }, { appid: 'wxffffffffffffffff' }],
  [{ wrongMchid: '1900000999' }, { mch_id: '1900000999' }],
  [{ resultFail: true }, { return_code: 'SUCCESS', result_code: 'FAIL' }],
])('%j is properly signed', async (fault, facts) => {
  const fields = readXml((await paidWith(fault)).body);
  expect(Object.fromEntries(fields)).toMatchObject(facts);
  expect(signed(fields)).toBe(true);
});

test.each<[NotifyFault, Record<string, unknown>]>([
  [{ tampered: true }, { total_fee: '1991', sign: expect.any(String) }],
  [{ wrongSignature: true }, { total_fee: '1990', sign: expect.stringMatching(/^[0-9A-F]{32}$/) }],
  [{ missingSign: true }, { total_fee: '1990' }],
  [{ returnFail: true }, { return_code: 'FAIL' }],
])('%j does not verify', async (fault, facts) => {
  const fields = readXml((await paidWith(fault)).body);
  expect(Object.fromEntries(fields)).toMatchObject(facts);
  expect(fields.has('sign')).toBe('sign' in facts);
  expect(signed(fields)).toBe(false);
});

test.each<[NotifyFault, string]>([
  [{ xxe: true }, '<!ENTITY xxe SYSTEM'],
  [{ duplicateElements: true }, '<total_fee>1</total_fee></xml>'],
])('%j is a document that must not be read', async (fault, part) => {
  const { body } = await paidWith(fault);
  expect(String(body)).toContain(part);
  expect(() => readXml(body)).toThrow('not an XML message');
});

test('notUtf8: bytes that are no text', async () => {
  const { body } = await paidWith({ notUtf8: true });
  expect(body.includes(Buffer.from([0xe4, 0xb8]))).toBe(true);
  expect(() => readXml(body)).toThrow('not UTF-8');
});

test('huge: properly signed, and larger than any notification', async () => {
  const { body } = await paidWith({ huge: 300_000 });
  expect(body.length).toBeGreaterThan(300_000);
  expect(signed(readXml(body))).toBe(true);
});

test('gzip: compressed, and says so', async () => {
  const { headers, body } = await paidWith({ gzip: true });
  expect(headers['content-encoding']).toBe('gzip');
  expect(signed(readXml(gunzipSync(body)))).toBe(true);
});

test('chunked: without a length', async () => {
  const { headers, body } = await paidWith({ chunked: true });
  expect([headers['transfer-encoding'], headers['content-length']]).toEqual(['chunked', undefined]);
  expect(signed(readXml(body))).toBe(true);
});

test.each(['HEAD', 'GET'] as const)('method: a %s probe is never acknowledged', async (method) => {
  const received = await paidWith({ method });
  expect([received.method, received.body.length]).toEqual([method, 0]);
  expect(sim.deliveries[0]?.acknowledged).toBe(false);
});

test('what is switched once spares the retry, and what stays switched does not', async () => {
  sim.switches.notify = { lost: true };
  await paidWith({ wrongSignature: true });
  shop.answer = (res) => res.writeHead(500).end();
  await sim.notify('SHOP00A17');
  expect(sim.deliveries.map(({ fault }) => fault)).toEqual([
    { wrongSignature: true },
    { lost: true },
  ]);
  sim.switches.clear();
  await sim.clock.advance(15_000);
  expect(sim.deliveries.at(-1)).not.toHaveProperty('fault');
});
