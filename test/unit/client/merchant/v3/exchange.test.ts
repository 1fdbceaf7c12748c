import { inspect } from 'node:util';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { ApiError, TransportError, VerificationError } from '../../../../../src/core/errors.js';
import type { PlaceableOrder } from '../../../../../src/core/order-rules.js';
import {
  type FakeAnswer,
  type FakeMch,
  fakeMch,
  merchantOf,
  NOW,
  PLATFORM_ID,
  type Received,
} from '../../../../support/fake-mch-v3.js';
import { linked } from '../../../../support/linked.js';
import { rsaKey } from '../../../../support/notice-v3.js';

const open: FakeMch[] = [];
const mch = async (answer: (request: Received, count: number) => FakeAnswer): Promise<FakeMch> => {
  const server = await fakeMch(answer);
  open.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const order: PlaceableOrder = { out_trade_no: 'SHOP|A*1-_', description: '一碗面', amount: { total: 1990 } };
const payer = { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', clientIp: '203.0.113.7' };
const transaction = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  out_trade_no: 'SHOP|A*1-_',
  trade_state: 'NOTPAY',
  trade_state_desc: '订单未支付',
};

describe('what is sent', () => {
  test('an order is signed over the very bytes and the very path that travel', async () => {
    const server = await mch(() => ({ body: { prepay_id: 'wx26112221580621e9b071c00d9e093b0000' } }));
    const prepay_id = await merchantOf(server.url).place('jsapi', order, payer);
    expect(prepay_id).toBe('wx26112221580621e9b071c00d9e093b0000');
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/v3/pay/transactions/jsapi', signed: true });
    expect(request!.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'wechatpay-serial': PLATFORM_ID,
      'user-agent': expect.stringMatching(/./),
    });
    expect(JSON.parse(request!.body)).toEqual({
      appid: 'wx0123456789abcdef',
      mchid: '1900000109',
      description: '一碗面',
      out_trade_no: 'SHOP|A*1-_',
      notify_url: 'https://shop.example/wxpay/notify',
      amount: { total: 1990, currency: 'CNY' },
      payer: { openid: payer.openid },
      scene_info: { payer_client_ip: '203.0.113.7' },
    });
  });

  test('a | in the order number is signed as %7C, as it travels', async () => {
    const server = await mch(() => ({ body: transaction }));
    await merchantOf(server.url).queryOrder({ out_trade_no: 'SHOP|A*1-_' });
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: '/v3/pay/transactions/out-trade-no/SHOP%7CA*1-_?mchid=1900000109',
      signed: true,
      body: '',
    });
    expect(server.requests[0]!.headers).not.toHaveProperty('content-type');
  });

  test('a POST without a body sends none, and signs an empty one', async () => {
    const server = await mch(() => ({ status: 204 }));
    expect(await merchantOf(server.url).request('POST', '/v3/marketing/favor/stocks/1/start')).toEqual({
      status: 204,
      data: undefined,
      requestId: undefined,
    });
    expect(server.requests).toMatchObject([{ method: 'POST', body: '', signed: true }]);
    expect(server.requests[0]!.headers).toMatchObject({ 'content-length': '0' });
    expect(server.requests[0]!.headers).not.toHaveProperty('content-type');
  });

  test('a path and a query of any characters travel as they are signed', async () => {
    const server = await mch(() => ({ body: [] }));
    const path = "/v3/a-._~!$&'()*+,;=:@/%E5%BC%A0%7C";
    const query = { "it's": ['a b', '"<>`{}[]|\\^', '张三', ''], 'a[]': '!*()' };
    expect(await merchantOf(server.url).request('GET', path, { query })).toMatchObject({ data: [] });
    expect(server.requests).toMatchObject([{ signed: true, url: expect.stringContaining(`${path}?it%27s=a%20b&`) }]);
  });

  test('signed bytes that are not JSON are no answer, and an empty 200 has no data', async () => {
    const server = await mch((_, count) => ({ body: count === 1 ? '<html>' : '', headers: { 'request-id': 'R1' } }));
    await expect(merchantOf(server.url).request('GET', '/v3/a')).rejects.toMatchObject({
      code: 'ERR_WXPAY_BAD_ANSWER',
      status: 502,
      requestId: 'R1',
    });
    expect(await merchantOf(server.url).request('GET', '/v3/a')).toMatchObject({ status: 200, data: undefined });
  });

  test('a service provider orders with sp_ and sub_ names, and the appid of the openid signs for the page', async () => {
    const server = await mch(() => ({ body: { prepay_id: 'wx2611' } }));
    const provider = merchantOf(server.url, { sub_mchid: '1900000200', sub_appid: 'wxsub56789abcdef' });
    await provider.place('jsapi', order, payer);
    expect(server.requests[0]!.url).toBe('/v3/pay/partner/transactions/jsapi');
    expect(JSON.parse(server.requests[0]!.body)).toMatchObject({
      sp_appid: 'wx0123456789abcdef',
      sp_mchid: '1900000109',
      sub_appid: 'wxsub56789abcdef',
      sub_mchid: '1900000200',
      payer: { sub_openid: payer.openid },
    });
    const account = { appid: 'wx0123456789abcdef', sub_appid: undefined };
    const served = { ...account, sub_appid: 'wxsub56789abcdef' };
    expect(provider.jsapiParams('wx2611', served).appId).toBe('wxsub56789abcdef');
    const own = merchantOf(server.url, { sub_mchid: '1900000200' });
    await own.place('jsapi', order, payer);
    expect(JSON.parse(server.requests[1]!.body)).toMatchObject({ payer: { sp_openid: payer.openid } });
    expect(own.jsapiParams('wx2611', account).appId).toBe('wx0123456789abcdef');
  });

  test('a service provider asks and closes with both numbers', async () => {
    const server = await mch(({ method }) => (method === 'POST' ? { status: 204 } : { body: { ...transaction } }));
    const provider = merchantOf(server.url, { sub_mchid: '1900000200' });
    await provider.closeOrder('SHOP00A1');
    await provider.queryOrder({ transaction_id: '4200000000202601010000000001' }).catch(() => undefined);
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ sp_mchid: '1900000109', sub_mchid: '1900000200' });
    expect(server.requests[1]!.url).toBe(
      '/v3/pay/partner/transactions/id/4200000000202601010000000001?sp_mchid=1900000109&sub_mchid=1900000200',
    );
  });

  test('native, h5 and app give what their callers show', async () => {
    const server = await mch(({ url }) => ({
      body: url.endsWith('native')
        ? { code_url: 'weixin://wxpay/bizpayurl?pr=JyC91EIz1' }
        : url.endsWith('h5')
          ? { h5_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1' }
          : { prepay_id: 'wx1' },
    }));
    const wxpay = merchantOf(server.url);
    expect(await wxpay.place('native', order, {})).toBe('weixin://wxpay/bizpayurl?pr=JyC91EIz1');
    const h5 = { ...order, scene_info: { h5_info: { type: 'Wap' } } };
    expect(await wxpay.place('h5', h5, { clientIp: '203.0.113.7' })).toMatch(/prepay_id=wx1$/);
    const account = { appid: 'wx0123456789abcdef', sub_appid: undefined };
    expect(wxpay.appParams(await wxpay.place('app', order, {}), account)).toMatchObject({
      partnerid: '1900000109',
      prepayid: 'wx1',
      package: 'Sign=WXPay',
    });
    await expect(wxpay.place('h5', order, {})).rejects.toMatchObject({
      code: 'ERR_WXPAY_ORDER_INVALID',
    });
    expect(JSON.parse(server.requests[1]!.body).scene_info).toEqual({
      payer_client_ip: '203.0.113.7',
      h5_info: { type: 'Wap' },
    });
  });

  test('the time an order expires is told in Beijing time', async () => {
    const server = await mch(() => ({ body: { prepay_id: 'wx1' } }));
    await merchantOf(server.url).place('jsapi', { ...order, time_expire: new Date('2026-01-01T16:30:00Z') }, payer);
    expect(JSON.parse(server.requests[0]!.body).time_expire).toBe('2026-01-02T00:30:00+08:00');
  });
});

describe('what is believed', () => {
  test('closing answers 204 without a body, signed all the same', async () => {
    const server = await mch(() => ({ status: 204 }));
    await merchantOf(server.url).closeOrder('SHOP00A1');
    expect(server.requests[0]).toMatchObject({ url: '/v3/pay/transactions/out-trade-no/SHOP00A1/close', signed: true });
  });

  test('a probe of our verification is answered by one clean retry', async () => {
    const probe = (headers: Record<string, string>) => ({
      ...headers,
      'wechatpay-signature': `WECHATPAY/SIGNTEST/${headers['wechatpay-signature']!.slice(19)}`,
    });
    const server = await mch((_, count) => ({ body: { prepay_id: 'wx1' }, ...(count === 1 && { spoil: probe }) }));
    expect(await merchantOf(server.url).place('jsapi', order, payer)).toBe('wx1');
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]!.body).toBe(server.requests[1]!.body);
    expect(server.requests[0]!.headers.authorization).not.toBe(server.requests[1]!.headers.authorization);
    const always = await mch(() => ({ body: { prepay_id: 'wx1' }, spoil: probe }));
    await expect(merchantOf(always.url).place('jsapi', order, payer)).rejects.toMatchObject({
      code: 'ERR_WXPAY_SIGN_PROBE',
    });
    expect(always.requests).toHaveLength(2);
    const late = await mch((_, count) => ({ body: {}, spoil: probe, silent: count > 1 }));
    const failed = await merchantOf(late.url, { timeout: 3_000 })
      .place('jsapi', order, payer)
      .catch((error: Error) => error);
    expect(failed).toBeInstanceOf(TransportError);
    // the retry has what is left of the time, not as much again
    expect(Number(/no answer within (\d+) ms/.exec((failed as Error).message)?.[1])).toBeLessThan(3_000);
  });

  test.each<[string, FakeAnswer, string]>([
    ['no signature', { by: false }, 'ERR_WXPAY_BAD_REQUEST'],
    ['a key nobody knows', { by: { serial: 'PUB_KEY_ID_0000000000', key: rsaKey() } }, 'ERR_WXPAY_UNKNOWN_SERIAL'],
    ['another key under a known serial', { by: { serial: PLATFORM_ID, key: rsaKey() } }, 'ERR_WXPAY_BAD_SIGNATURE'],
    [
      'a repeated signature header',
      {
        spoil: (all) => ({ ...all, 'wechatpay-signature': [all['wechatpay-signature']!, all['wechatpay-signature']!] }),
      },
      'ERR_WXPAY_BAD_REQUEST',
    ],
    [
      'another algorithm',
      { spoil: (all) => ({ ...all, 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' }) },
      'ERR_WXPAY_BAD_SIGNATURE',
    ],
    [
      'an old timestamp',
      { spoil: (all) => ({ ...all, 'wechatpay-timestamp': String(NOW / 1000 - 300) }) },
      'ERR_WXPAY_STALE',
    ],
  ])('an answer with %s is a bad gateway, not an answer', async (_, spoiled, code) => {
    const server = await mch(() => ({ body: { prepay_id: 'wx1' }, ...spoiled }));
    const refused = await merchantOf(server.url)
      .place('jsapi', order, payer)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(VerificationError);
    expect(refused).toMatchObject({ code, status: 502 });
  });

  test.each([
    ['another order', { out_trade_no: 'SHOP00A2' }],
    ['another merchant', { mchid: '1900000110' }],
    ['an amount of fractions', { amount: { total: 19.9 } }],
    ['no state', { trade_state: undefined }],
  ])('a signed answer about %s is not believed', async (_, change) => {
    const server = await mch(() => ({ body: { ...transaction, ...change } }));
    await expect(merchantOf(server.url).queryOrder({ out_trade_no: 'SHOP|A*1-_' })).rejects.toMatchObject({
      code: 'ERR_WXPAY_BAD_ANSWER',
      status: 502,
    });
  });

  test.each([
    [60, 0],
    [-61, 1],
    [299, 1],
  ])('a clock %d s away from WeChat is warned about %d times, however many answers say so', async (away, times) => {
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    try {
      const server = await mch(() => ({ body: { prepay_id: 'wx1' } }));
      const wxpay = merchantOf(server.url, { now: () => NOW + away * 1000 });
      await wxpay.place('jsapi', order, payer);
      await wxpay.place('jsapi', order, payer);
      expect(emitWarning).toHaveBeenCalledTimes(times);
    } finally {
      emitWarning.mockRestore();
    }
  });

  test('an order nobody paid has neither amount nor payment', async () => {
    const server = await mch(() => ({ body: transaction }));
    expect(await merchantOf(server.url).queryOrder({ out_trade_no: 'SHOP|A*1-_' })).toEqual(transaction);
  });
});

describe('what is refused', () => {
  const refusal = async (answer: FakeAnswer): Promise<ApiError> => {
    const server = await mch(() => answer);
    const error = await merchantOf(server.url)
      .place('jsapi', order, payer)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  test('a refusal that repeats a value or our signature is printed without it, and its code is one', async () => {
    const repeated = { value: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', sign: 'WECHATPAY2-SHA256-RSA2048 mchid="1"' };
    const server = await mch((_, count) => ({
      status: 400,
      body: { code: count > 1 ? `X\nINFO paid${'y'.repeat(500)}` : 'PARAM_ERROR', message: 'a\nb', detail: repeated },
    }));
    const ask = () =>
      merchantOf(server.url)
        .place('jsapi', order, payer)
        .catch((error: ApiError) => error);
    const error = (await ask()) as ApiError;
    expect(error.detail).toEqual(repeated);
    expect(inspect(error) + JSON.stringify(error)).not.toMatch(/oUpF8u|WECHATPAY2/);
    expect(error.message).toEqual(linked('WeChat refused the jsapi order: PARAM_ERROR a\\u000ab'));
    expect(await ask()).toMatchObject({ wechatCode: 'HTTP_400', meaning: 'other' });
  });

  test('a refusal carries status, code, detail and Request-ID, and needs no signature', async () => {
    const detail = { field: '/amount/currency', value: 'XYZ', issue: 'Currency code is invalid', location: 'body' };
    const error = await refusal({
      status: 400,
      body: { code: 'PARAM_ERROR', message: '参数错误', detail },
      headers: { 'request-id': '08F78BB5AF0610D302189F8FB40720A7CFF2' },
    });
    expect(error).toMatchObject({
      status: 502,
      wechatStatus: 400,
      code: 'ERR_WXPAY_API',
      wechatCode: 'PARAM_ERROR',
      text: '参数错误',
      meaning: 'other',
      detail,
      requestId: '08F78BB5AF0610D302189F8FB40720A7CFF2',
    });
  });

  test.each([
    [403, 'OUT_TRADE_NO_USED', 'order_changed'],
    [400, 'ORDER_CLOSED', 'order_closed'],
    [400, 'ORDER_PAID', 'order_paid'],
    [429, 'FREQUENCY_LIMITED', 'too_frequent'],
    [429, 'RATELIMIT_EXCEEDED', 'too_frequent'],
    [500, 'SYSTEM_ERROR', 'unknown_outcome'],
    [401, 'SIGN_ERROR', 'other'],
    [400, 'MCH_NOT_EXISTS', 'other'],
    [404, 'MCH_NOT_EXISTS', 'other'],
    [202, 'USER_PAYING', 'unknown_outcome'],
  ])('%d %s means %s', async (status, code, meaning) => {
    expect(await refusal({ status, body: { code, message: '' } })).toMatchObject({ wechatCode: code, meaning });
  });

  test.each([
    [404, 'other'],
    [405, 'other'],
    [502, 'unknown_outcome'],
    [302, 'other'],
  ])('%d without a readable body is an error all the same', async (status, meaning) => {
    expect(await refusal({ status, body: status === 502 ? '<html>Bad Gateway</html>' : '' })).toMatchObject({
      wechatCode: `HTTP_${status}`,
      meaning,
    });
  });

  test('a redirect is not followed', async () => {
    const other = await mch(() => ({ body: { prepay_id: 'wx1' } }));
    await refusal({ status: 302, headers: { location: `${other.url}/v3/pay/transactions/jsapi` } });
    expect(other.requests).toHaveLength(0);
  });

  test('an answer that never comes, or is longer than any answer, is a transport error', async () => {
    const silent = await mch(() => ({ drop: true }));
    await expect(merchantOf(silent.url).place('jsapi', order, payer)).rejects.toBeInstanceOf(TransportError);
    const endless = await mch(() => ({ body: Buffer.alloc(1024 * 1024 + 1, 0x20) }));
    await expect(merchantOf(endless.url).place('jsapi', order, payer)).rejects.toBeInstanceOf(TransportError);
  });

  test('the second host is asked with the same signed headers when the first cannot be reached', async () => {
    const gone = await mch(() => ({}));
    await gone.close();
    const backup = await mch(() => ({ body: { prepay_id: 'wx1' } }));
    const wxpay = merchantOf(gone.url, { hosts: { baseUrl: gone.url, backupUrl: backup.url } });
    expect(await wxpay.place('jsapi', order, payer)).toBe('wx1');
    expect(backup.requests[0]).toMatchObject({ signed: true });
  });
});
