import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type PlatformMode, type Simulator } from 'koa-wxpay/simulator';
import type { Notice, Wxpay } from '../../../src/index.js';
import { readNotice } from '../../support/read-notice.js';
import { order } from '../../support/shop.js';
import { merchantOf } from '../../support/versions.js';
import { createShop, type Received, type Shop } from './support.js';
import { call, JSAPI, orderBody, QUERY } from './v3-support.js';

const { out_trade_no } = order();
let sim: Simulator;
let shop: Shop;

async function start(platform: PlatformMode): Promise<Wxpay> {
  sim = await createSimulator({ merchant: { platform } });
  return merchantOf(sim, 'v3', { notifyUrl: shop.url });
}

async function pay(wxpay: Wxpay, number = out_trade_no): Promise<Received> {
  const openid = sim.people[0]?.openid(sim.app.appid) as string;
  await wxpay.prepay(order({ out_trade_no: number }), { openid });
  await sim.pay({ out_trade_no: number });
  await sim.settled();
  return shop.received.at(-1) as Received;
}

const read = (wxpay: Wxpay, { body, headers }: Received): Promise<Notice> =>
  readNotice(
    wxpay,
    body,
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [String(value)]])),
  );

const serialOf = ({ headers }: Received): unknown => headers['wechatpay-serial'];

beforeEach(async () => {
  shop = await createShop();
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

test('with a public key there are no certificates, and everything is signed with it', async () => {
  const wxpay = await start('publicKey');
  await wxpay.ready();
  expect(await call(sim, 'GET', '/v3/certificates')).toMatchObject({
    status: 404,
    body: { code: 'RESOURCE_NOT_EXISTS' },
  });
  const notice = await pay(wxpay);
  expect(serialOf(notice)).toMatch(/^PUB_KEY_ID_\d+$/);
  expect(await read(wxpay, notice)).toMatchObject({
    type: 'payment.success',
    payment: { out_trade_no },
  });
});

test('with certificates the client downloads them, and a public key is unknown', async () => {
  const wxpay = await start('certificates');
  await wxpay.ready();
  const notice = await pay(wxpay);
  expect(serialOf(notice)).toBe(sim.merchant.keys.currentCertificate().serial);
  expect(await read(wxpay, notice)).toMatchObject({ type: 'payment.success' });
  const headers = { 'wechatpay-serial': sim.merchant.keys.publicKey.serial };
  expect(await call(sim, 'GET', '/v3/certificates', undefined, { headers })).toMatchObject({
    status: 400,
  });
});

test('while a merchant moves, answers follow the request and notifications come with either', async () => {
  const wxpay = await start('mixed');
  const notices = [await pay(wxpay, 'MIXED01'), await pay(wxpay, 'MIXED02')];
  const { publicKey } = sim.merchant.keys;
  const { serial } = sim.merchant.keys.currentCertificate();
  expect(notices.map(serialOf).sort()).toEqual([serial, publicKey.serial].sort());
  for (const notice of notices)
    expect(await read(wxpay, notice)).toMatchObject({ type: 'payment.success' });
  sim.switches.v3.notifyWith = 'publicKey';
  expect(serialOf(await pay(wxpay, 'MIXED03'))).toBe(publicKey.serial);
  for (const asked of [serial, publicKey.serial]) {
    const answer = await call(sim, 'GET', '/v3/certificates', undefined, {
      headers: { 'wechatpay-serial': asked },
    });
    expect(answer.headers['wechatpay-serial']).toBe(asked);
  }
  expect((await call(sim, 'GET', '/v3/certificates')).headers['wechatpay-serial']).toBe(serial);
});

test('a merchant may change its mode while the simulator runs', async () => {
  const old = await start('certificates');
  sim.merchant.platform = 'publicKey';
  expect(Object.keys(sim.merchant.v3.platformKeys ?? {})).toEqual([
    sim.merchant.keys.publicKey.serial,
  ]);
  await expect(
    read(old, await pay(merchantOf(sim, 'v3', { notifyUrl: shop.url }))),
  ).rejects.toMatchObject({
    name: expect.any(String),
  });
});

test('a certificate is announced, takes over, and the old one goes', async () => {
  const wxpay = await start('certificates');
  const { serial: first } = sim.merchant.keys.currentCertificate();
  await wxpay.ready();
  const second = sim.rotate({ ahead: 5 * 86_400_000, overlap: 86_400_000 });
  const listed = async () => {
    const { body } = await call(sim, 'GET', '/v3/certificates');
    return (body as unknown as { data: { serial_no: string }[] }).data.map(
      ({ serial_no }) => serial_no,
    );
  };
  expect(await listed()).toEqual([first, second]);
  expect(serialOf(await pay(wxpay, 'ROTATE01'))).toBe(first);
  await sim.clock.advance(5 * 86_400_000);
  const notice = await pay(wxpay, 'ROTATE02');
  expect(serialOf(notice)).toBe(second);
  expect(await read(wxpay, notice)).toMatchObject({ type: 'payment.success' });
  await sim.clock.advance(86_400_000);
  expect(await listed()).toEqual([second]);
  const headers = { 'wechatpay-serial': first };
  expect(await call(sim, 'GET', '/v3/certificates', undefined, { headers })).toMatchObject({
    body: { message: '平台证书序列号Wechatpay-Serial错误' },
  });
});

describe('answers that are not signed as they should be', () => {
  test.each([
    ['badSignature', 'ERR_WXPAY_BAD_SIGNATURE'],
    ['staleTimestamp', 'ERR_WXPAY_STALE'],
    ['unknownSerial', 'ERR_WXPAY_UNKNOWN_SERIAL'],
    ['missingHeaders', 'ERR_WXPAY_BAD_REQUEST'],
  ])('%s', async (fault, code) => {
    const wxpay = await start('publicKey');
    await pay(wxpay);
    sim.switches.api[QUERY] = { [fault]: true };
    await expect(wxpay.queryOrder({ out_trade_no })).rejects.toMatchObject({ code, status: 502 });
  });

  test('WeChat’s probe is asked again, once, and only the answer was wrong', async () => {
    const wxpay = await start('publicKey');
    await pay(wxpay);
    sim.switches.next({ api: { [QUERY]: { signTest: true } } });
    expect(await wxpay.queryOrder({ out_trade_no })).toMatchObject({ trade_state: 'SUCCESS' });
    sim.switches.api[QUERY] = { signTest: true };
    await expect(wxpay.queryOrder({ out_trade_no })).rejects.toMatchObject({
      code: 'ERR_WXPAY_SIGN_PROBE',
    });
  });

  test('headers may come twice, and a body end in its middle', async () => {
    await start('publicKey');
    sim.switches.next({ api: { [JSAPI]: { duplicateHeaders: true } } });
    const { headers } = await call(sim, 'POST', JSAPI, orderBody(sim));
    expect(String(headers['wechatpay-nonce'])).toMatch(/^(\w{32}), \1$/);
    sim.switches.next({ api: { [JSAPI]: { truncated: true } } });
    await expect(call(sim, 'POST', JSAPI, orderBody(sim))).rejects.toThrow();
  });
});

describe('a notification', () => {
  test('comes again with the same id and ciphertext under another time, nonce and signature, until 200 or 204', async () => {
    const wxpay = await start('publicKey');
    shop.answer = (res) => res.writeHead(500).end('{"code":"SUCCESS"}');
    const first = await pay(wxpay);
    shop.answer = (res) => res.writeHead(204).end();
    await sim.clock.advance(15_000);
    const second = shop.received.at(-1) as Received;
    expect(second.body).toEqual(first.body);
    for (const name of ['timestamp', 'nonce', 'signature']) {
      expect(second.headers[`wechatpay-${name}`]).not.toBe(first.headers[`wechatpay-${name}`]);
    }
    expect(JSON.parse(String(first.body))).toMatchObject({ id: expect.stringMatching(/^.{36}$/) });
    expect(await read(wxpay, second)).toMatchObject({ type: 'payment.success' });
    await sim.clock.advance(86_400_000);
    expect(sim.deliveries).toMatchObject([
      { kind: 'v3.payment', attempt: 1, status: 500, acknowledged: false },
      { attempt: 2, status: 204, acknowledged: true },
    ]);
  });

  test('is acknowledged by a 200, whatever it says', async () => {
    const wxpay = await start('publicKey');
    shop.answer = (res) => res.writeHead(200).end('{"code":"FAIL","message":"no"}');
    await pay(wxpay);
    await sim.clock.advance(86_400_000);
    expect(sim.deliveries).toMatchObject([{ acknowledged: true }]);
  });

  test.each([
    [{ wrongSignature: true }, 'ERR_WXPAY_BAD_SIGNATURE'],
    [{ signTest: true }, 'ERR_WXPAY_SIGN_PROBE'],
    [{ staleTimestamp: true }, 'ERR_WXPAY_STALE'],
    [{ unknownSerial: true }, 'ERR_WXPAY_UNKNOWN_SERIAL'],
    [{ missingHeaders: true }, 'ERR_WXPAY_BAD_REQUEST'],
    [{ missingSign: true }, 'ERR_WXPAY_BAD_REQUEST'],
    [{ tampered: true }, 'ERR_WXPAY_BAD_SIGNATURE'],
    [{ wrongApiV3Key: true }, 'ERR_WXPAY_DECRYPT_FAILED'],
    [{ wrongAppid: 'wx00000000000000ff' }, 'ERR_WXPAY_WRONG_MERCHANT'],
    [{ wrongMchid: '1900000999' }, 'ERR_WXPAY_WRONG_MERCHANT'],
    [{ resultFail: true }, 'ERR_WXPAY_NOT_A_PAYMENT'],
    [{ returnFail: true }, 'ERR_WXPAY_BAD_ENVELOPE'],
    [{ notUtf8: true }, 'ERR_WXPAY_BAD_ENVELOPE'],
  ])('%j is refused, and the next is clean', async (fault, code) => {
    const wxpay = await start('publicKey');
    shop.answer = (res) => res.writeHead(500).end();
    sim.switches.next({ notify: fault });
    await expect(read(wxpay, await pay(wxpay))).rejects.toMatchObject({ code });
    await sim.clock.advance(15_000);
    expect(await read(wxpay, shop.received.at(-1) as Received)).toMatchObject({
      type: 'payment.success',
    });
  });

  test('may name another amount, well signed', async () => {
    const wxpay = await start('publicKey');
    sim.switches.next({ notify: { wrongAmount: 1 } });
    expect(await read(wxpay, await pay(wxpay))).toMatchObject({
      payment: { amount: { total: 1 } },
    });
  });
});
