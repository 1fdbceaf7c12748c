import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';
import { createShop, orderFields, post, type Shop, signedXml } from '../support.js';
import { call, JSAPI, orderBody } from '../v3-support.js';
import { ask } from './support.js';

const OTHER = { mchid: '1900000999', appids: ['wx0123456789abcdef'], key: 'e'.repeat(32) };

let sim: Simulator;
let shop: Shop;
beforeEach(async () => {
  sim = await createSimulator({ merchants: [OTHER] });
  shop = await createShop((res) => res.writeHead(401).end('no'));
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

const codes = (body: { causes: { code: string }[] }): string[] =>
  body.causes.map(({ code }) => code);

/** The explanation of the first request. */
const explain = async () => (await ask(sim, 'GET', '/requests/r1')).body.explanation;

describe('the signature of a request is explained', () => {
  test('a right one is genuine', async () => {
    await call(sim, 'POST', JSAPI, orderBody(sim));
    expect(await explain()).toMatchObject({ subject: 'v3 request', verdict: 'genuine' });
  });

  test('a body that was printed again', async () => {
    const json = orderBody(sim);
    await call(sim, 'POST', JSAPI, json, { sent: JSON.stringify(json, null, 2) });
    const body = await explain();
    expect(codes(body)).toEqual(['body-reserialised']);
    expect(body).toMatchObject({
      verdict: 'wrong',
      expected: expect.stringContaining('{\n  "appid"'),
      signed: expect.stringContaining('{"appid"'),
      differAt: expect.any(Number),
    });
  });

  test('the key of another merchant', async () => {
    const merchants = (await ask(sim, 'GET', '/merchants')).body.merchants;
    const { privateKey } = merchants.find(({ mchid }: typeof OTHER) => mchid === OTHER.mchid);
    await call(sim, 'POST', JSAPI, orderBody(sim), { privateKey });
    const body = await explain();
    expect(body.causes[0].what.en).toBe('it was signed with another key: merchant 1900000999');
    expect(JSON.stringify(body)).not.toContain('PRIVATE KEY');
  });

  test('a timestamp of the simulated clock is right when it was accepted', async () => {
    await sim.clock.advance(86_400_000);
    await call(sim, 'POST', JSAPI, orderBody(sim));
    expect(await explain()).toMatchObject({ verdict: 'genuine', causes: [] });
  });

  test('an old timestamp', async () => {
    await call(sim, 'POST', JSAPI, orderBody(sim), { timestamp: 1_700_000_000 });
    expect(codes(await explain())).toEqual(['timestamp-stale']);
  });

  test('API v2 with the key of another merchant, which is not shown', async () => {
    await post(sim, '/pay/unifiedorder', signedXml(sim, orderFields(sim), OTHER.key));
    const body = await explain();
    expect(body.causes[0].what.zh).toContain(OTHER.mchid);
    expect(JSON.stringify(body)).not.toContain(OTHER.key);
  });

  test('a request that is not signed has no explanation', async () => {
    await fetch(`${sim.url}/sns/oauth2/access_token`);
    expect(await explain()).toBeUndefined();
  });
});

describe('the signature of a notification is explained as its receiver sees it', () => {
  const deliver = async (api: 'v2' | 'v3', fault?: Simulator['switches']['notify']) => {
    sim.switches.notify = fault;
    const order = { out_trade_no: 'SHOP00A17', total: 1990, notify_url: shop.url, api };
    await ask(sim, 'POST', '/orders', order);
    await ask(sim, 'POST', '/orders/SHOP00A17/pay', {});
    await sim.settled();
    return (await ask(sim, 'GET', '/deliveries/d1')).body.explanation;
  };

  test.each(['v2', 'v3'] as const)('one of API %s that is right is genuine', async (api) => {
    expect(await deliver(api)).toMatchObject({ verdict: 'genuine', causes: [] });
  });

  test.each([
    ['v3', { tampered: true }, 'other-text'],
    ['v3', { wrongSignature: true }, 'unknown-key'],
    ['v3', { unknownSerial: true }, 'serial-unknown'],
    ['v3', { missingHeaders: true }, 'headers-missing'],
    ['v3', { duplicateHeaders: true }, 'headers-twice'],
    ['v3', { signTest: true }, 'probe'],
    ['v3', { wrongApiV3Key: true }, 'api-v3-key-wrong'],
    ['v2', { wrongSignature: true }, 'other-text-v2'],
    ['v2', { missingSign: true }, 'no-sign'],
    ['v2', { xxe: true }, 'xml-unreadable'],
  ] as const)('API %s with %j', async (api, fault, code) => {
    expect(codes(await deliver(api, fault))).toContain(code);
  });

  test('an attempt that sent nothing has no explanation', async () => {
    expect(await deliver('v3', { lost: true })).toBeUndefined();
  });
});
