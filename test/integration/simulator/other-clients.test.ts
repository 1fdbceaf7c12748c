import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { readXml } from '../../../src/core/v2/xml/read.js';
import { signAuthorization } from '../../../src/core/v3/authorization.js';
import {
  closeOrder,
  common,
  createShop,
  order,
  post,
  type Received,
  type Shop,
  signedXml,
} from './support.js';
import { call, JSAPI, orderBody } from './v3-support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator();
});
afterEach(() => sim.close());

/** The names of headers, as they were written on the socket. */
const namesIn = (rawHeaders: readonly string[]): string[] =>
  rawHeaders.filter((_, at) => at % 2 === 0);

const SIGNATURE_HEADERS = [
  'Wechatpay-Timestamp',
  'Wechatpay-Nonce',
  'Wechatpay-Signature',
  'Wechatpay-Serial',
  'Wechatpay-Signature-Type',
];

describe('header names are spelt as in the documentation', () => {
  const rawHeadersOf = async (path: string): Promise<string[]> => {
    const { mchid, keys } = sim.merchant;
    const signer = { mchid, serial_no: keys.serial_no, privateKey: keys.privateKey };
    const timestamp = String(Math.floor(sim.clock.now() / 1000));
    const parts = { method: 'GET', path, timestamp, nonce_str: 'n0nce', body: '' };
    const headers = { authorization: await signAuthorization(signer, parts), 'user-agent': 'test' };
    return new Promise((resolve, reject) => {
      const outgoing = get(sim.url + path, { headers }, (incoming) => {
        incoming.resume().on('end', () => resolve(incoming.rawHeaders));
      });
      outgoing.on('error', reject);
    });
  };

  test('on answers', async () => {
    await call(sim, 'POST', JSAPI, orderBody(sim));
    const { mchid } = sim.merchant;
    const path = `/v3/pay/transactions/out-trade-no/SHOP00A17?mchid=${mchid}`;
    const names = namesIn(await rawHeadersOf(path));
    expect(names).toEqual(
      expect.arrayContaining([...SIGNATURE_HEADERS, 'Request-ID', 'Content-Type']),
    );
  });

  test('on refusals', async () => {
    const names = namesIn(await rawHeadersOf('/v3/refund/domestic/refunds/R1'));
    expect(names).toEqual(expect.arrayContaining(['Request-ID', 'Content-Type']));
  });

  test('on notifications of both versions', async () => {
    const shop = await createShop((res) => res.writeHead(204).end());
    try {
      await call(sim, 'POST', JSAPI, orderBody(sim, { notify_url: shop.url }));
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      await order(sim, { out_trade_no: 'SHOP00B17', notify_url: shop.url });
      await sim.pay({ out_trade_no: 'SHOP00B17' });
      await sim.settled();
      const [v3, v2] = shop.received as [Received, Received];
      const common = ['Content-Type', 'User-Agent', 'Accept', 'Pragma'];
      const v3Names = namesIn(v3.rawHeaders);
      expect(v3Names).toEqual(expect.arrayContaining([...SIGNATURE_HEADERS, ...common]));
      expect(namesIn(v2.rawHeaders)).toEqual(expect.arrayContaining(common));
    } finally {
      await shop.close();
    }
  });
});

describe('a serial', () => {
  test.each([
    ['empty', () => ''],
    ['in lower case', () => sim.merchant.keys.platformCertificates()[0]?.serial.toLowerCase()],
  ])('of the platform is accepted %s', async (_, serial) => {
    sim.merchant.platform = 'certificates';
    const headers = { 'wechatpay-serial': serial() };
    const answer = await call(sim, 'GET', '/v3/certificates', undefined, { headers });
    expect(answer.status).toBe(200);
  });

  test('of the merchant is accepted in lower case', async () => {
    sim.merchant.platform = 'certificates';
    const serial_no = sim.merchant.keys.serial_no.toLowerCase();
    const answer = await call(sim, 'GET', '/v3/certificates', undefined, { serial_no });
    expect(answer.status).toBe(200);
  });
});

describe('a bill', () => {
  const billOf = async (bill_date: string, of = sim) => {
    const path = `/v3/bill/tradebill?bill_date=${bill_date}`;
    const { body } = await call(of, 'GET', path);
    const { pathname, search } = new URL(String(body?.download_url));
    const file = await call(of, 'GET', pathname + search);
    return { hash: body?.hash_value, type: file.headers['content-type'], text: file.text };
  };

  test('is downloaded as text', async () => {
    sim.switches.bill.rows = 2;
    expect((await billOf('2026-11-01')).type).toBe('text/plain');
  });

  test('that is invented has a hash of its own for each day and merchant', async () => {
    const other = await createSimulator({ merchant: { mchid: '1900000110' } });
    try {
      const bills = [];
      for (const one of [sim, other]) {
        one.switches.bill.rows = 3;
        for (const day of ['2026-11-01', '2026-11-02']) bills.push(await billOf(day, one));
      }
      const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
      expect(bills.map(({ hash }) => hash)).toEqual(bills.map(({ text }) => sha1(text)));
      expect(new Set(bills.map(({ hash }) => hash)).size).toBe(4);
    } finally {
      await other.close();
    }
  });
});

describe('texts are limited in bytes of UTF-8 where WeChat counts bytes', () => {
  const LONG = `${'茶'.repeat(42)}abc`;
  const FITS = `${'茶'.repeat(42)}ab`;
  const refusal = (source: string, label: string) =>
    `输入源“${source}”映射到字符串字段“${label}”规则校验失败，字节数 129，大于最大值 128`;

  test('v2 body', async () => {
    expect((await order(sim, { body: LONG })).get('return_msg')).toBe(
      refusal('/body/xml/body', '商品描述'),
    );
    expect((await order(sim, { body: FITS })).get('result_code')).toBe('SUCCESS');
  });

  test('v3 attach', async () => {
    const answer = await call(sim, 'POST', JSAPI, orderBody(sim, { attach: LONG }));
    const message = refusal('/body/attach', '附加数据');
    expect(answer).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR', message } });
    expect(await call(sim, 'POST', JSAPI, orderBody(sim, { attach: FITS }))).toMatchObject({
      status: 200,
    });
  });

  test('v3 detail', async () => {
    const detail = { cost_price: 1, invoice_id: '茶'.repeat(2048) };
    const answer = await call(sim, 'POST', JSAPI, orderBody(sim, { detail }));
    expect(answer.body?.message).toMatch(/字节数 \d+，大于最大值 6144$/);
  });

  test('v3 description only by a rule: its documented limit names no unit', async () => {
    const body = orderBody(sim, { description: LONG });
    expect(await call(sim, 'POST', JSAPI, body)).toMatchObject({ status: 200 });
    sim.rules.descriptionInBytes = true;
    const again = { ...body, out_trade_no: 'SHOP00B17' };
    const answer = await call(sim, 'POST', JSAPI, again);
    expect(answer.body?.message).toContain('字节数 129，大于最大值 127');
  });
});

describe('a rule', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await createShop();
  });
  afterEach(() => shop.close());

  test.each([
    [false, undefined],
    [true, 'HMAC-SHA256'],
  ])('notifySignType %p: sign_type in notifications of API v2 is %p', async (rule, expected) => {
    sim.rules.notifySignType = rule;
    await order(sim, { sign_type: 'HMAC-SHA256', notify_url: shop.url });
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    await sim.settled();
    const fields = readXml((shop.received[0] as Received).body);
    expect(fields.get('sign_type')).toBe(expected);
    expect(sim.deliveries).toMatchObject([{ acknowledged: true }]);
  });

  test('closeAfter: an order cannot be closed before', async () => {
    sim.rules.closeAfter = 300_000;
    await order(sim);
    expect((await closeOrder(sim)).get('err_code')).toBe('INVALID_REQUEST');
    const { mchid } = sim.merchant;
    const close = () =>
      call(sim, 'POST', '/v3/pay/transactions/out-trade-no/SHOP00A17/close', { mchid });
    expect(await close()).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    await sim.clock.advance(300_000);
    expect(await close()).toMatchObject({ status: 204 });
  });
});

test('the log says that a refund over plain http cannot check the client certificate', async () => {
  const fields = { ...common(sim), out_refund_no: 'R1', total_fee: '1', refund_fee: '1' };
  await post(sim, '/secapi/pay/refund', signedXml(sim, { ...fields, out_trade_no: 'SHOP00A17' }));
  expect(sim.requests.at(-1)).toMatchObject({
    path: '/secapi/pay/refund',
    code: 'ORDERNOTEXIST',
    notes: [expect.stringContaining('over plain http no client certificate can be checked')],
  });
});
