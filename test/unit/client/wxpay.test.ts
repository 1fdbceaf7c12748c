import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createWxpay, type Wxpay } from 'koa-wxpay';
import { tradeBill, tradeLine } from '../../support/bills.js';
import {
  API_V3_KEY,
  type FakeAnswer,
  type FakeMch,
  fakeMch,
  merchantKey,
  PLATFORM_ID,
  platformKey,
  SERIAL_NO,
} from '../../support/fake-mch-v3.js';
import { publicPem } from '../../support/notice-v3.js';
import { merchantV2, notice } from '../../support/shop.js';

const open: FakeMch[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function shop(answer: FakeAnswer['body'], prefix = ''): Promise<{ wxpay: Wxpay; server: FakeMch }> {
  const server = await fakeMch(() => ({ body: answer ?? '' }));
  open.push(server);
  return { server, wxpay: merchantV3(server.url + prefix) };
}

const merchantV3 = (baseUrl?: string): Wxpay =>
  createWxpay({
    appid: 'wx0123456789abcdef',
    mchid: '1900000109',
    notifyUrl: 'https://shop.example/n',
    v3: {
      privateKey: merchantKey,
      serial_no: SERIAL_NO,
      apiV3Key: API_V3_KEY,
      platformKeys: { [PLATFORM_ID]: publicPem(platformKey) },
    },
    ...(baseUrl && { baseUrl }),
    now: () => 1_767_234_897_000,
  });

const order = { out_trade_no: 'SHOP00A17', description: '明前龙井', amount: { total: 1990 } };
const payer = { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };
const badIds = [
  '',
  'x'.repeat(65),
  'x'.repeat(10_240),
  'wx1\n',
  'wx1&a=b',
  'wx1 ',
  'prepay_id=wx1',
  7,
  null,
  undefined,
];

describe('what has not the form of WeChat', () => {
  test.each(badIds)('%p as prepay_id is not signed', (prepay_id) => {
    for (const wxpay of [merchantV2(), merchantV3()]) {
      expect(() => wxpay.jsapiParams(prepay_id as string)).toThrow(
        expect.objectContaining({ code: 'ERR_WXPAY_ORDER_INVALID', message: expect.stringContaining('"prepay_id"') }),
      );
    }
  });

  test.each(badIds)('%p as prepay_id of an answer is not handed out', async (prepay_id) => {
    const { wxpay } = await shop({ prepay_id });
    await expect(wxpay.prepay(order, payer)).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER', status: 502 });
    await expect(wxpay.app(order)).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER' });
  });

  test.each([
    'https://wx.tenpay.com/x',
    'weixin://pay',
    'weixin://wxpay/a b',
    'weixin://wxpay/a\n',
    `weixin://wxpay/${'x'.repeat(10_240)}`,
  ])('%p as code_url is not handed out', async (code_url) => {
    const { wxpay } = await shop({ code_url });
    await expect(wxpay.native(order)).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER' });
  });

  test.each([
    'javascript:alert(1)',
    '/pay',
    'https://wx.tenpay.com/a b',
    'https://wx.tenpay.com/"><script>',
    `https://wx.tenpay.com/${'x'.repeat(10_240)}`,
  ])('%p as h5_url is not handed out', async (h5_url) => {
    const { wxpay } = await shop({ h5_url });
    const h5 = { ...order, scene_info: { h5_info: { type: 'Wap' } } };
    await expect(wxpay.h5(h5, { clientIp: '203.0.113.7' })).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER' });
  });
});

test('a query hands out the whole answer beside what is read of it', async () => {
  const answer = {
    ...{ appid: 'wx0123456789abcdef', mchid: '1900000109', out_trade_no: 'SHOP00A17', trade_state: 'NOTPAY' },
    scene_info: { device_id: 'desk 7' },
    promotion_detail: [{ coupon_id: 'c', amount: 1, goods_detail: [{ goods_id: 'tea' }] }],
    a_future_field: [1],
  };
  const { wxpay } = await shop(answer);
  const { raw, trade_state } = await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' });
  expect(trade_state).toBe('NOTPAY');
  expect(raw).toEqual(answer);
  expect(JSON.stringify(await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' }))).not.toContain('future');
});

test('a merchant behind a proxy with a path asks there, and signs the path that WeChat sees', async () => {
  const { wxpay, server } = await shop({ prepay_id: 'wx1' }, '/wechatpay');
  await wxpay.prepay(order, payer);
  expect(server.requests[0]?.url).toBe('/wechatpay/v3/pay/transactions/jsapi');
});

test('a merchant behind a proxy with a path gets a whole bill through it, although WeChat names its own host', async () => {
  const bill = Buffer.from(tradeBill([tradeLine(1), tradeLine(2)]));
  const located = {
    hash_type: 'SHA1',
    hash_value: createHash('sha1').update(bill).digest('hex'),
    download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=6XIv5TUPto7p%2B&tartype=',
  };
  const server = await fakeMch(({ url }) =>
    url.includes('/billdownload/') ? { body: bill, by: false } : { body: located },
  );
  open.push(server);
  const rows = [];
  for await (const row of merchantV3(`${server.url}/wechatpay`).tradeBill('2026-01-01')) rows.push(row.out_trade_no);
  expect(rows).toEqual(['SHOP000001', 'SHOP000002']);
  expect(server.requests.map(({ url, headers }) => [url, typeof headers.authorization])).toEqual([
    ['/wechatpay/v3/bill/tradebill?bill_date=2026-01-01', 'string'],
    ['/wechatpay/v3/billdownload/file?token=6XIv5TUPto7p%2B&tartype=', 'string'],
  ]);
});

describe('a notification of the version a merchant has no credentials for', () => {
  const refund = Buffer.from('<xml><return_code>SUCCESS</return_code><req_info>x</req_info></xml>');
  test.each<[string, Wxpay, Buffer, string]>([
    [
      'a refund made by hand',
      merchantV3(),
      refund,
      'a refund notification of API v2 arrived: give "v2.key" (the APIv2 key)',
    ],
    ['a payment over v2', merchantV3(), Buffer.from(notice().body), 'a notification of API v2 arrived: give "v2.key"'],
    ['anything over v3', merchantV2(), Buffer.from('{}'), 'a notification of API v3 arrived: give "v3" to read it'],
  ])('%s says which to give', async (_, wxpay, body, message) => {
    await expect(wxpay.readNotification(body, {})).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining(message),
    });
  });
});

test('a notification is read together with its version, and one that is no payment is a value', async () => {
  const wxpay = merchantV2();
  const read = (fields = {}) => wxpay.readNotification(Buffer.from(notice(fields).body), {});
  expect(await read()).toMatchObject({ version: 'v2', notice: { type: 'payment.success' } });
  const failed = await read({ result_code: 'FAIL' });
  expect(failed).toMatchObject({
    version: 'v2',
    ignored: { resource: { result_code: 'FAIL' }, raw: { result_code: 'FAIL' } },
  });
  expect(failed).not.toHaveProperty('notice');
});
