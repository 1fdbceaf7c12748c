import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin';
import { createShop, type Received, type Shop } from './support.js';
import { orderBody } from './v3-support.js';

type Answer = Promise<{
  status: number;
  data: Record<string, unknown>;
  headers: Record<string, string>;
}>;

/** The part of the foreign client that is used here: it signs what it sends and verifies what it gets. */
interface Chain {
  v3: {
    pay: {
      transactions: Record<'jsapi' | 'native', { post(body: object): Answer }> & {
        outTradeNo: Record<
          '{out_trade_no}',
          { get(config: object): Answer; close: { post(body: object, config: object): Answer } }
        >;
      };
    };
    certificates: { get(): Answer };
    refund: {
      domestic: { refunds: { post(body: object): Answer } & Record<string, { get(): Answer }> };
    };
    bill: { tradebill: { get(config: object): Answer } };
    billdownload: { file: { get(config: object): Promise<{ data: string }> } };
  };
}

const out_trade_no = 'FOREIGN01';
let sim: Simulator;
let shop: Shop;
let chain: Chain;

function client(certs: Record<string, string>): Chain {
  const { privateKey, serial_no: serial } = sim.merchant.v3;
  return new Wechatpay({
    mchid: sim.merchant.mchid,
    serial,
    privateKey,
    certs,
    baseURL: sim.url,
  } as never) as never;
}

beforeAll(async () => {
  sim = await createSimulator({ merchant: { platform: 'mixed' } });
  sim.switches.v3.notifyWith = 'certificate';
  shop = await createShop();
  const { publicKey } = sim.merchant.keys;
  const { serial, pem } = sim.merchant.keys.currentCertificate();
  chain = client({ [publicKey.serial]: publicKey.pem, [serial]: pem });
});
afterAll(async () => {
  await sim.close();
  await shop.close();
});

const mchid = () => ({ params: { mchid: sim.merchant.mchid } });

/** As the foreign library verifies and opens. */
function opened({ headers, body }: Received, certificate: string): Record<string, unknown> {
  const header = (name: string) => String(headers[`wechatpay-${name}`]);
  const signed = Formatter.response(header('timestamp'), header('nonce'), String(body));
  const key = (Rsa as never as { from(pem: string, type: string): never }).from(
    certificate,
    'public',
  );
  expect(Rsa.verify(signed, header('signature'), key)).toBe(true);
  const { resource } = JSON.parse(String(body));
  const { ciphertext, nonce, associated_data } = resource;
  return JSON.parse(Aes.AesGcm.decrypt(ciphertext, sim.merchant.apiV3Key, nonce, associated_data));
}

describe('a client written elsewhere', () => {
  test('orders', async () => {
    const body = orderBody(sim, { out_trade_no, notify_url: shop.url, attach: '桌 7 & <b>' });
    const { data } = await chain.v3.pay.transactions.jsapi.post(body);
    expect(data).toEqual({ prepay_id: expect.stringMatching(/^wx/) });
  });

  test('verifies and opens the notification of a payment', async () => {
    await sim.pay({ out_trade_no }, { coupon: 90 });
    await sim.settled();
    const { pem } = sim.merchant.keys.currentCertificate();
    expect(opened(shop.received.at(-1) as Received, pem)).toMatchObject({
      out_trade_no,
      attach: '桌 7 & <b>',
      amount: { total: 1990, payer_total: 1900 },
    });
  });

  test('queries', async () => {
    const { data } = await chain.v3.pay.transactions.outTradeNo['{out_trade_no}'].get({
      ...mchid(),
      out_trade_no,
    });
    expect(data).toMatchObject({ trade_state: 'SUCCESS', promotion_detail: [{ amount: 90 }] });
  });

  test('closes, which answers nothing, and sees a refusal', async () => {
    await chain.v3.pay.transactions.native.post(
      orderBody(sim, { out_trade_no: 'OPEN01', payer: undefined }),
    );
    const number = chain.v3.pay.transactions.outTradeNo['{out_trade_no}'];
    expect(await number.close.post(mchid().params, { out_trade_no: 'OPEN01' })).toMatchObject({
      status: 204,
    });
    await expect(number.close.post(mchid().params, { out_trade_no })).rejects.toMatchObject({
      response: { status: 400, data: { code: 'ORDER_PAID' } },
    });
  });

  test('opens the platform certificates', async () => {
    const { data } = await chain.v3.certificates.get();
    const [{ encrypt_certificate: sealed, serial_no }] = data.data as [
      { encrypt_certificate: never; serial_no: string },
    ];
    const { ciphertext, nonce, associated_data } = sealed as Record<string, string>;
    const pem = Aes.AesGcm.decrypt(
      ciphertext as string,
      sim.merchant.apiV3Key,
      nonce as string,
      associated_data,
    );
    expect([serial_no, pem]).toEqual([
      sim.merchant.keys.currentCertificate().serial,
      sim.merchant.keys.currentCertificate().pem,
    ]);
  });

  test('refunds, and opens the notification of it', async () => {
    const { data } = await chain.v3.refund.domestic.refunds.post({
      ...{ out_trade_no, out_refund_no: 'R1', notify_url: shop.url },
      amount: { refund: 1000, total: 1990, currency: 'CNY' },
    });
    expect(data).toMatchObject({ status: 'PROCESSING' });
    await sim.clock.advance(5_000);
    const { pem } = sim.merchant.keys.currentCertificate();
    expect(opened(shop.received.at(-1) as Received, pem)).toMatchObject({
      out_refund_no: 'R1',
      refund_status: 'SUCCESS',
    });
  });

  test('downloads the bill, which needs its Authorization and comes unsigned', async () => {
    sim.switches.bill.rows = 3;
    const { data } = await chain.v3.bill.tradebill.get({ params: { bill_date: '2026-01-01' } });
    const { searchParams } = new URL(String(data.download_url));
    const file = await chain.v3.billdownload.file.get({ params: Object.fromEntries(searchParams) });
    expect(file.data).toMatch(/^\ufeff?交易时间,/);
    expect((await fetch(String(data.download_url))).status).toBe(401);
  });
});

test('an answer signed with a key it was not given does not pass its verifier', async () => {
  const stranger = client({
    [sim.merchant.keys.publicKey.serial]: sim.merchant.keys.publicKey.pem,
  });
  await expect(stranger.v3.certificates.get()).rejects.toMatchObject({
    code: 'EV3_RES_HEADER_PLATFORM_SERIAL',
  });
  sim.switches.next({ api: { '/v3/certificates': { badSignature: true } } });
  await expect(chain.v3.certificates.get()).rejects.toMatchObject({
    code: 'EV3_RES_HEADER_SIGNATURE_DIGEST',
  });
});
