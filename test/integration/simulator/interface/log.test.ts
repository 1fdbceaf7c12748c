import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';
import { createShop, order, orderFields, post, type Shop, signedXml } from '../support.js';
import { call, JSAPI, orderBody } from '../v3-support.js';
import { ask } from './support.js';

let sim: Simulator;
let shop: Shop;
beforeEach(async () => {
  sim = await createSimulator();
  shop = await createShop((res) => res.writeHead(500).end('no'));
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

const headerOf = (headers: { name: string; value: string }[], name: string) =>
  headers.find((header) => header.name === name)?.value ?? '';

describe('a request of API v3', () => {
  test('opens to its headers, its body, its answer, and what both signatures cover', async () => {
    const json = orderBody(sim);
    await call(sim, 'POST', JSAPI, json);
    const { body } = await ask(sim, 'GET', '/requests/r1');
    const { timestamp, nonce_str } = body.signature.authorization;
    expect(body).toMatchObject({
      method: 'POST',
      path: JSAPI,
      out_trade_no: 'SHOP00A17',
      mchid: sim.merchant.mchid,
      body: { text: JSON.stringify(json), truncated: false },
      signature: {
        message: `POST\n${JSAPI}\n${timestamp}\n${nonce_str}\n${JSON.stringify(json)}\n`,
        valid: true,
      },
      answer: { status: 200 },
    });
    expect(headerOf(body.headers, 'user-agent')).toBe('test');
    // What is shown as signed is what WeChat's key signed.
    const { message, signature } = body.answer.signature;
    const key = createPublicKey(sim.merchant.keys.publicKey.pem);
    const signed = Buffer.from(signature, 'base64');
    expect(verify('sha256', Buffer.from(message), key, signed)).toBe(true);
    expect(headerOf(body.answer.headers, 'Wechatpay-Signature')).toBe(signature);
  });

  test('with a wrong signature shows the text that the simulator verified', async () => {
    await call(sim, 'POST', JSAPI, orderBody(sim), { sent: '{"changed":true}' });
    const { body } = await ask(sim, 'GET', '/requests/r1');
    expect(body).toMatchObject({ status: 401, code: 'SIGN_ERROR', signature: { valid: false } });
    expect(body.signature.message).toContain('\n{"changed":true}\n');
  });

  test('that another merchant signed is explained', async () => {
    await sim.close();
    const other = { mchid: '1900000110', appids: [], key: 'f'.repeat(32) };
    sim = await createSimulator({ merchants: [other] });
    const privateKey = await ask(sim, 'GET', '/merchants').then(
      ({ body }) => body.merchants[1].privateKey,
    );
    await call(sim, 'POST', JSAPI, orderBody(sim), { privateKey });
    const { body } = await ask(sim, 'GET', '/requests/r1');
    expect(body.explanation).toMatchObject({ subject: 'v3 request', verdict: 'wrong' });
    expect(body.explanation.causes[0].what.en).toContain('1900000110');
    expect(body.explanation.causes[0].what.zh).toContain('1900000110');
  });

  test('whose last line feed is missing is explained with both texts', async () => {
    await call(sim, 'POST', JSAPI, orderBody(sim), { sent: `${JSON.stringify(orderBody(sim))}\n` });
    const { explanation } = (await ask(sim, 'GET', '/requests/r1')).body;
    expect(explanation.verdict).toBe('wrong');
    expect(explanation.signed).not.toBe(explanation.expected);
    expect(explanation.differAt).toBe(explanation.signed.length);
  });

  test.each([
    [{ timestamp: 1 }, 's behind the simulator'],
    [{ serial_no: 'ABC' }, 'serial_no must be'],
    [{ mchid: '1' }, 'there is no merchant 1: there are'],
    [{ headers: { 'wechatpay-serial': 'ABC' } }, 'the merchant has no platform key ABC'],
  ])('with %j says why it was refused', async (changes, note) => {
    await call(sim, 'POST', JSAPI, orderBody(sim), changes);
    const { body } = await ask(sim, 'GET', '/requests');
    expect(body.items[0].notes.join()).toContain(note);
  });

  test('whose connection was reset has no answer', async () => {
    sim.switches.next({ api: { '*': { resetAfter: true } } });
    await call(sim, 'POST', JSAPI, orderBody(sim)).catch(() => {});
    const { body } = await ask(sim, 'GET', '/requests/r1');
    expect(body).not.toHaveProperty('status');
    expect(body).not.toHaveProperty('answer');
    expect(body.notes).toEqual(['the connection was reset']);
  });
});

describe('a request of API v2', () => {
  test('opens to the text that is signed, and both signatures', async () => {
    const sent = signedXml(sim, orderFields(sim), 'f'.repeat(32));
    await post(sim, '/pay/unifiedorder', sent);
    const { body } = await ask(sim, 'GET', '/requests/r1');
    const { message, expected, signature, valid } = body.signature;
    expect(valid).toBe(false);
    expect(message).toMatch(new RegExp(`^appid=.*&key=${sim.merchant.key}$`));
    const md5 = createHash('md5').update(message).digest('hex').toUpperCase();
    expect(expected).toBe(md5);
    expect(sent).toContain(signature);
    expect(body).toMatchObject({ code: 'FAIL', message: '签名错误', mchid: '1900000109' });
  });

  test('of an unknown merchant says so', async () => {
    await order(sim, { mch_id: '1900000999' });
    const { body } = await ask(sim, 'GET', '/requests/r1');
    expect(body.notes).toEqual(['there is no merchant 1900000999: there are 1900000109']);
  });
});

test('a body that is not UTF-8 is shown in base64, and a large one in part', async () => {
  await fetch(`${sim.url}/pay/unifiedorder`, { method: 'POST', body: Buffer.from([0xff, 0x41]) });
  await fetch(`${sim.url}/pay/unifiedorder`, { method: 'POST', body: 'x'.repeat(300_000) });
  const first = await ask(sim, 'GET', '/requests/r1');
  expect(first.body.body).toEqual({ base64: '/0E=', size: 2, truncated: false });
  const second = await ask(sim, 'GET', '/requests/r2');
  expect(second.body.body).toMatchObject({ size: 300_000, truncated: true });
  expect(second.body.body.text).toHaveLength(256 * 1024);
});

describe('a delivery', () => {
  const paid = async (api: 'v2' | 'v3', fault = {}) => {
    const new_order = { out_trade_no: 'SHOP00A17', total: 1990, notify_url: shop.url, api };
    await ask(sim, 'POST', '/orders', new_order);
    sim.switches.next({ notify: fault });
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    await sim.settled();
    return (await ask(sim, 'GET', '/deliveries/d1')).body;
  };

  test.each(['v2', 'v3'] as const)(
    'of API %s opens to what travelled and the reply',
    async (api) => {
      const body = await paid(api);
      const [received] = shop.received;
      expect(body.body.text).toBe(received?.body.toString());
      expect(body).toMatchObject({ method: 'POST', status: 500, reply: 'no' });
      expect(body.verdict).toContain('answered with 500');
      expect(body.signature.signed).toBe(body.signature.received);
    },
  );

  test('of API v3 opens to the encrypted and the decrypted body', async () => {
    const body = await paid('v3');
    expect(body.body.text).not.toContain('SHOP00A17');
    expect(JSON.parse(body.decrypted)).toMatchObject({ out_trade_no: 'SHOP00A17' });
    expect(body.signature.signed).toContain(body.body.text);
    expect(headerOf(body.headers, 'Wechatpay-Signature')).toBe(body.signature.signature);
  });

  test.each(['v2', 'v3'] as const)(
    'of API %s that was altered shows both texts, and they differ',
    async (api) => {
      const { signature } = await paid(api, { tampered: true });
      expect(signature.signed).not.toBe(signature.received);
    },
  );

  test.each([
    ['v2', { tampered: true }],
    ['v3', { tampered: true }],
    ['v3', { unknownSerial: true }],
    ['v3', { staleTimestamp: true }],
    ['v3', { wrongApiV3Key: true }],
  ] as const)('of API %s with %j is explained as its receiver sees it', async (api, fault) => {
    const { explanation } = await paid(api, fault);
    expect(explanation.verdict).toBe('wrong');
    expect(explanation.causes.length).toBeGreaterThan(0);
  });

  test.each(['v2', 'v3'] as const)(
    'of API %s that is right is explained as genuine',
    async (api) => {
      expect((await paid(api)).explanation.verdict).toBe('genuine');
    },
  );

  test('that is not UTF-8 is shown in base64', async () => {
    const { body } = await paid('v3', { notUtf8: true });
    expect(Buffer.from(body.base64, 'base64')).toEqual(shop.received[0]?.body);
  });
});

test('what is not there is not found', async () => {
  for (const path of ['/requests/r1', '/deliveries/d1', '/orders/NONE01', '/refunds/1']) {
    const { status, body } = await ask(sim, 'GET', path);
    expect(status).toBe(404);
    expect(body.error).toMatch(/^there is no /);
  }
  expect((await ask(sim, 'GET', '/order')).body.error).toContain('/__sim/openapi.json');
});
