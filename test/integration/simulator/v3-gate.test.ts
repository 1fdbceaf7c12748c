import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { call, JSAPI, orderBody } from './v3-support.js';

let sim: Simulator;
beforeAll(async () => {
  sim = await createSimulator();
});
afterEach(() => sim.switches.clear());
afterAll(() => sim.close());

const REFUND = '/v3/refund/domestic/refunds/R1';
const BILL = '/v3/bill/tradebill?bill_date=2026-01-01';
const query = (out_trade_no = 'SHOP00A17', mchid = sim.merchant.mchid) =>
  `/v3/pay/transactions/out-trade-no/${out_trade_no}?mchid=${mchid}`;

test.each(['/v3/nothing', '/v3/pay/transactions/jsapi/', '/v3/pay/transactions/out-trade-no'])(
  '%s is unknown: 404, empty',
  async (path) => {
    expect(await call(sim, 'POST', path, {})).toMatchObject({ status: 404, text: '' });
  },
);

test('a wrong method is 405, empty, before anything else', async () => {
  const headers = { authorization: undefined };
  expect(await call(sim, 'GET', JSAPI, undefined, { headers })).toMatchObject({
    status: 405,
    text: '',
  });
});

describe('401 in the words of the endpoint', () => {
  const FORM = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》';
  test.each([
    [() => query(), undefined, '签名信息错误，验签失败'],
    [() => query(), 'Bearer x', '签名信息错误，验签失败'],
    [() => query(), 'WECHATPAY2-SHA256-RSA2048 test', 'Authorization不合法'],
    [() => '/v3/certificates', undefined, FORM],
    [() => REFUND, 'Bearer x', FORM],
    [() => BILL, 'WECHATPAY2-SHA256-RSA2048 test', FORM],
  ])('%s %s', async (path, authorization, message) => {
    const answer = await call(sim, 'GET', path(), undefined, { headers: { authorization } });
    expect(answer).toMatchObject({ status: 401, body: { code: 'SIGN_ERROR', message } });
  });

  test('Request-ID is missing on those of /v3/pay/transactions only', async () => {
    const headers = { authorization: undefined };
    const [order, bill] = [
      await call(sim, 'GET', query(), undefined, { headers }),
      await call(sim, 'GET', BILL, undefined, { headers }),
    ];
    expect(order.headers['request-id']).toBeUndefined();
    expect(bill.headers['request-id']).toMatch(/^08/);
    expect((await call(sim, 'GET', query('NOBODY01'))).headers['request-id']).toMatch(/^08/);
  });

  test.each([-300, 300])('%i seconds off, whoever signed', async (off) => {
    const changes = {
      timestamp: Math.floor(sim.clock.now() / 1000) + off,
      serial_no: 'ABCDEF0123',
    };
    expect(await call(sim, 'GET', query(), undefined, changes)).toMatchObject({
      status: 401,
      body: { message: 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟' },
    });
  });

  test.each([{ serial_no: 'ABCDEF0123' }, { mchid: '1900000999' }])(
    '%j is not the merchant',
    async (changes) => {
      expect(await call(sim, 'GET', query(), undefined, changes)).toMatchObject({
        status: 401,
        body: { message: '商户证书序列号有误。请使用签名私钥匹配的证书序列号' },
      });
    },
  );

  test('another key, and other bytes than were signed', async () => {
    const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const refused = { status: 401, body: { code: 'SIGN_ERROR', message: '签名错误' } };
    expect(await call(sim, 'GET', query(), undefined, { privateKey: pem })).toMatchObject(refused);
    const body = orderBody(sim);
    const sent = JSON.stringify(body).replace('1990', '1991');
    expect(await call(sim, 'POST', JSAPI, body, { sent })).toMatchObject(refused);
  });
});

test.each([[REFUND], ['/v3/certificates']])(
  '%s wants a User-Agent before it looks at anything else',
  async (path) => {
    const headers = { 'user-agent': undefined, authorization: undefined };
    expect(await call(sim, 'GET', path, undefined, { headers })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' },
    });
  },
);

test('an order query does without one', async () => {
  const headers = { 'user-agent': undefined };
  expect(await call(sim, 'GET', query('NOBODY01'), undefined, { headers })).toMatchObject({
    status: 404,
  });
});

test('a platform key nobody has cannot sign the answer', async () => {
  const headers = { 'wechatpay-serial': '7132D72A03E93CDDF8C03BBD1F37EEDF00000000' };
  expect(await call(sim, 'GET', query(), undefined, { headers })).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', message: '平台证书序列号Wechatpay-Serial错误' },
  });
});

test('another merchant in the message than in the header', async () => {
  const mismatch = {
    status: 400,
    body: { message: 'http header中的mchid与post payload中的mchid不匹配' },
  };
  expect(await call(sim, 'POST', JSAPI, orderBody(sim, { mchid: '1900000999' }))).toMatchObject(
    mismatch,
  );
  expect(await call(sim, 'GET', query('SHOP00A17', '1900000999'))).toMatchObject(mismatch);
});

describe('a field that is wrong is named', () => {
  test.each<[Record<string, unknown>, string, string]>([
    [
      { amount: { total: 0 } },
      '/amount/total',
      '输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1',
    ],
    [{ amount: { total: '1' } }, '/amount/total', '类型不正确'],
    [{ amount: { total: 1, currency: 'XYZ' } }, '/amount/currency', '格式不正确'],
    [{ payer: undefined }, '/payer', '此字段为必填项'],
    [{ payer: {} }, '/payer/openid', '映射到值字段“用户标识”必填性规则校验失败'],
    [{ out_trade_no: 'ABCDE' }, '/out_trade_no', '格式不正确'],
    [{ description: '茶'.repeat(128) }, '/description', '字符数大于最大值 127'],
    [{ attach: 'x'.repeat(129) }, '/attach', '字节数 129，大于最大值 128'],
    [{ notify_url: 'https://shop.example/n?a=1' }, '/notify_url', '格式不正确'],
    [{ time_expire: '20260101123456' }, '/time_expire', '格式不正确'],
    [{ scene_info: { device_id: 'WEB' } }, '/scene_info/payer_client_ip', '此字段为必填项'],
  ])('%j', async (changes, field, issue) => {
    const answer = await call(sim, 'POST', JSAPI, orderBody(sim, changes));
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', detail: { field, location: 'body' } },
    });
    expect(answer.body?.message).toContain(issue);
    expect(answer.headers['wechatpay-signature']).toBeUndefined();
  });

  test('of a query by its name', async () => {
    const path = '/v3/pay/transactions/out-trade-no/SHOP00A17';
    expect(await call(sim, 'GET', path)).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', detail: { field: 'mchid', location: 'query' } },
    });
  });

  test.each(['', '[]', 'null', '{"a":'])('%j is no JSON object', async (text) => {
    expect(await call(sim, 'POST', JSAPI, text)).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    });
  });
});

test('emoji count as one character, and % and | in paths are what was signed', async () => {
  const body = orderBody(sim, { out_trade_no: 'A|B*C-1', description: '🍵'.repeat(127) });
  expect(await call(sim, 'POST', JSAPI, body)).toMatchObject({
    status: 200,
    body: { prepay_id: expect.any(String) },
  });
  expect(await call(sim, 'GET', query('A%7CB*C-1'))).toMatchObject({
    status: 200,
    body: { out_trade_no: 'A|B*C-1' },
  });
});

describe('answers', () => {
  const path = '/v3/pay/transactions/out-trade-no/{out_trade_no}';
  test.each([
    [{ tooMany: true }, 429, 'FREQUENCY_LIMITED'],
    [{ systemError: true }, 500, 'SYSTEM_ERROR'],
  ] as const)('%j is %i %s', async (fault, status, code) => {
    sim.switches.next({ api: { [path]: fault } });
    expect(await call(sim, 'GET', query())).toMatchObject({ status, body: { code } });
  });

  test('SYSTEM_ERROR may come after the order was placed', async () => {
    sim.switches.next({ api: { [JSAPI]: { systemError: 'processed' } } });
    expect(
      await call(sim, 'POST', JSAPI, orderBody(sim, { out_trade_no: 'DONE01' })),
    ).toMatchObject({ status: 500 });
    expect(sim.order('DONE01')).toMatchObject({ api: 'v3', trade_state: 'NOTPAY' });
  });
});
