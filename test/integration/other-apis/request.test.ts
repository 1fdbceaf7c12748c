import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError, type ApiMethod, createWxpay, TransportError, VerificationError, type Wxpay } from 'koa-wxpay';
import { createSimulator, type RouteHandler, type Simulator } from 'koa-wxpay/simulator';
import { merchantOf } from '../../support/versions.js';
import { recorder, rejection } from './support.js';

const UNFREEZE = '/v3/profitsharing/orders/unfreeze';
const ORDER = '/v3/profitsharing/orders/{out_order_no}';

let sim: Simulator;
let wxpay: Wxpay;
let calls: ReturnType<typeof recorder>['calls'];
let recording: (answer?: object) => RouteHandler;

beforeEach(async () => {
  sim = await createSimulator();
  wxpay = merchantOf(sim, 'v3', { backupUrl: sim.backupUrl });
  ({ calls, recording } = recorder());
});
afterEach(() => sim.close());

const unfreeze = (options: object = { body: { out_order_no: 'U1' } }) => wxpay.request('POST', UNFREEZE, options);

describe('what is sent', () => {
  test('a POST is signed over its JSON, and its answer is verified', async () => {
    sim.route('POST', UNFREEZE, recording({ body: { state: 'FINISHED', description: '解冻' } }));
    const body = { transaction_id: '4200000000202601010000000001', out_order_no: 'U1', description: '解冻全部' };
    expect(await wxpay.request('POST', UNFREEZE, { body })).toEqual({
      status: 200,
      data: { state: 'FINISHED', description: '解冻' },
      requestId: expect.stringMatching(/^08[0-9A-F]+-0$/),
    });
    expect(calls).toMatchObject([{ body, merchant: { mchid: sim.merchant.mchid } }]);
    expect(calls[0]?.headers).toMatchObject({ 'content-type': ['application/json'], accept: ['application/json'] });
  });

  test('a query is signed as it travels, whatever its values hold', async () => {
    sim.route('GET', ORDER, recording({ body: {} }));
    const query = {
      transaction_id: '42',
      name: "O'Neil & 张三 +%",
      limit: 10,
      done: false,
      absent: undefined,
      none: null,
    };
    await wxpay.request('GET', '/v3/profitsharing/orders/O%7C1', { query });
    expect(calls).toMatchObject([
      {
        params: { out_order_no: 'O|1' },
        query: { transaction_id: '42', name: "O'Neil & 张三 +%", limit: '10', done: 'false' },
      },
    ]);
    expect(calls[0]?.query).not.toHaveProperty('absent');
    expect(calls[0]?.headers).not.toHaveProperty('content-type');
    await wxpay.request('GET', '/v3/profitsharing/orders/O1', { query: new URLSearchParams('a=1&b=%2B') });
    expect(calls[1]?.query).toEqual({ a: '1', b: '+' });
  });

  test.each(['PUT', 'PATCH', 'DELETE'] as const)('%s is a method like the others', async (method) => {
    sim.route(method, ORDER, recording({ body: { method } }));
    const { data } = await wxpay.request(method, '/v3/profitsharing/orders/O1', { body: { a: 1 } });
    expect([data, calls[0]?.body]).toEqual([{ method }, { a: 1 }]);
  });

  test('headers of the caller travel beside our own', async () => {
    sim.route('GET', ORDER, recording({ body: {} }));
    await wxpay.request('GET', '/v3/profitsharing/orders/O1', {
      headers: { 'Accept-Language': 'en', 'X-Trace': 't1' },
    });
    expect(calls[0]?.headers).toMatchObject({ 'accept-language': ['en'], 'x-trace': ['t1'] });
  });
});

describe('answers', () => {
  test('204 is verified too, and has no data', async () => {
    sim.route('POST', UNFREEZE, recording());
    expect(await unfreeze()).toMatchObject({ status: 204, data: undefined });
    sim.switches.next({ api: { [UNFREEZE]: { badSignature: true } } });
    await expect(unfreeze()).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_SIGNATURE', status: 502 });
  });

  test.each(['badSignature', 'missingHeaders', 'unknownSerial', 'staleTimestamp', 'duplicateHeaders'] as const)(
    'an answer with the fault %s is not believed',
    async (fault) => {
      sim.route('POST', UNFREEZE, recording({ body: { state: 'FINISHED' } }));
      sim.switches.next({ api: { [UNFREEZE]: { [fault]: true } } });
      const error = await rejection(unfreeze());
      expect(error).toBeInstanceOf(VerificationError);
      expect(error).toMatchObject({ status: 502, requestId: expect.stringMatching(/^08/) });
      expect(calls).toHaveLength(1);
    },
  );

  test('a file is no answer: it is unsigned', async () => {
    sim.route('GET', ORDER, { body: Buffer.from('{"state":"FINISHED"}') });
    await expect(wxpay.request('GET', '/v3/profitsharing/orders/O1')).rejects.toBeInstanceOf(VerificationError);
  });

  test('a refusal carries code, detail and Request-ID', async () => {
    const detail = { field: '/out_order_no', issue: 'required' };
    sim.route('POST', UNFREEZE, { status: 400, body: { code: 'PARAM_ERROR', message: '参数错误', detail } });
    const error = await rejection(unfreeze());
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      wechatStatus: 400,
      wechatCode: 'PARAM_ERROR',
      text: '参数错误',
      requestId: expect.stringMatching(/^08/),
    });
    expect((error as ApiError).detail).toEqual(detail);
    expect((error as ApiError).message).toContain(`WeChat refused POST ${UNFREEZE}: PARAM_ERROR`);
  });

  test('a path that WeChat does not know is refused with its status', async () => {
    await expect(wxpay.request('GET', '/v3/nothing')).rejects.toMatchObject({
      wechatStatus: 404,
      wechatCode: 'HTTP_404',
    });
  });

  test('202 says that nothing was done yet', async () => {
    sim.route('POST', UNFREEZE, { status: 202, body: { code: 'SYSTEM_BUSY', message: '处理中' } });
    await expect(unfreeze()).rejects.toMatchObject({ meaning: 'unknown_outcome', wechatCode: 'SYSTEM_BUSY' });
  });

  test('an answer that is cut off is a transport error with the Request-ID', async () => {
    sim.route('POST', UNFREEZE, recording({ body: { state: 'FINISHED' } }));
    sim.switches.next({ api: { [UNFREEZE]: { truncated: true } } });
    const error = await rejection(unfreeze());
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ notSent: false, requestId: expect.stringMatching(/^08/) });
  });
});

describe('nothing but a GET is sent twice', () => {
  const methods: [ApiMethod, number][] = [
    ['GET', 2],
    ['POST', 1],
    ['PUT', 1],
    ['PATCH', 1],
    ['DELETE', 1],
  ];

  const ask = (method: ApiMethod) =>
    wxpay.request(method, '/v3/profitsharing/orders/O1', method === 'GET' ? {} : { body: { a: 1 } });

  test.each(methods)(
    'after an answer that WeChat signed wrongly on purpose, %s is sent %d times',
    async (method, times) => {
      sim.route(method, ORDER, recording({ body: {} }));
      sim.switches.next({ api: { [ORDER]: { signTest: true } } });
      const asked = ask(method);
      if (times === 2) await asked;
      else await expect(asked).rejects.toMatchObject({ code: 'ERR_WXPAY_SIGN_PROBE', status: 502 });
      expect(calls).toHaveLength(times);
    },
  );

  test.each(methods)('when the first host is down, %s goes to %d hosts', async (method, times) => {
    sim.route(method, ORDER, recording({ body: {} }));
    await sim.primary.stop();
    const asked = ask(method);
    if (times === 2) await asked;
    else await expect(asked).rejects.toMatchObject({ code: 'ERR_WXPAY_TRANSPORT', notSent: true });
    expect(calls).toHaveLength(times - 1);
  });

  test.each(['GET', 'POST'] as const)('a %s whose answer was lost is not sent again', async (method) => {
    sim.route(method, ORDER, recording({ body: {} }));
    sim.switches.next({ api: { [ORDER]: { resetAfter: true } } });
    const asked = ask(method);
    await expect(asked).rejects.toMatchObject({ code: 'ERR_WXPAY_TRANSPORT', notSent: false });
    expect(calls).toHaveLength(1);
  });
});

describe('a signal', () => {
  test('that is aborted already sends nothing', async () => {
    const error = await rejection(unfreeze({ body: {}, signal: AbortSignal.abort(new Error('too many')) }));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ notSent: true, cause: new Error('too many') });
    expect(sim.requests).toEqual([]);
  });

  test('ends the waiting, and leaves the outcome open', async () => {
    const controller = new AbortController();
    sim.route('POST', UNFREEZE, async () => {
      controller.abort(new Error('the user left'));
      return new Promise(() => {});
    });
    const error = await rejection(unfreeze({ body: {}, signal: controller.signal }));
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ notSent: false, cause: new Error('the user left') });
  });
});

describe('what is refused before anything is sent', () => {
  afterEach(() => expect(sim.requests).toEqual([]));

  test.each([
    'v3/profitsharing/orders',
    '/pay/unifiedorder',
    '/v3',
    '//evil.example/v3/a',
    'https://evil.example/v3/a',
    '/\\evil.example/v3/a',
    '/v3/..//evil.example',
    '/v3/../pay/unifiedorder',
    '/v3/%2e%2e/pay/unifiedorder',
    '/v3/.%2E/pay/unifiedorder',
    '/v3/a/./b',
    '/v3//a',
    '/v3/a/',
    '/v3/a\\b',
    '/v3/a%5Cb',
    '/v3/a%2Fb',
    '/v3/a%00b',
    '/v3/a%0Ab',
    '/v3/a?b=c',
    '/v3/a#b',
    '/v3/a b',
    '/v3/a\n',
    '/v3/a\tb',
    '/v3/张三',
    '/v3/a|b',
    '/v3/a%',
    '/v3/a%zz',
    '/v3/a%ff',
    '/V3/a',
    ' /v3/a',
    '@evil.example/v3/a',
    undefined,
    null,
    42,
    new URL('https://api.mch.weixin.qq.com/v3/a'),
  ])('the path %p', async (path) => {
    const error = await rejection(wxpay.request('GET', path as string));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^"path" must/);
  });

  test.each(['get', 'HEAD', 'CONNECT', 'POST\r\n', undefined])('the method %p', async (method) => {
    await expect(wxpay.request(method as ApiMethod, '/v3/a')).rejects.toThrow('"method" must be');
  });

  const circle: Record<string, unknown> = {};
  circle.self = circle;

  test.each<[string, unknown]>([
    ['a circle', circle],
    ['a bigint', { amount: 1n }],
    ['NaN', { amount: Number.NaN }],
    ['an infinite number', { amount: { total: Number.POSITIVE_INFINITY } }],
    ['undefined in a list', { receivers: [undefined] }],
    ['a function', { f: () => {} }],
    ['a symbol', { s: Symbol('s') }],
    ['a Map', { m: new Map([['a', 1]]) }],
    ['a promise', { p: Promise.resolve(1) }],
    ['a toJSON that throws', { toJSON: () => JSON.parse('{') }],
    ['a string', '{"a":1}'],
    ['a number', 1],
    ['null', null],
  ])('a body of %s', async (_, body) => {
    expect(await rejection(unfreeze({ body }))).toMatchObject({ name: 'TypeError' });
  });

  test.each([
    ['a body with GET', { body: {} }, /^"body" is not sent with GET/],
    ['a query that is a text', { query: 'a=b' }, /^"query" must/],
    ['a query of objects', { query: { a: {} } }, /^"query\.a" must/],
    ['a query of NaN', { query: { a: Number.NaN } }, /^"query\.a" must/],
    ['half a surrogate pair', { query: { a: '\ud800' } }, /^"query\.a" must/],
    ['an option that is none', { params: {} }, /"params" is not an option of request/],
    ['a signal that is none', { signal: {} }, /^"signal" must/],
    ['an Authorization', { headers: { authorization: 'x' } }, /"headers\.authorization" is set by the client/],
    ['a Host', { headers: { HOST: 'evil.example' } }, /"headers\.HOST" is set by the client/],
    ['a Wechatpay-Serial', { headers: { 'Wechatpay-Serial': 'x' } }, /encryptedFor/],
    ['a Content-Type', { headers: { 'content-type': 'text/plain' } }, /is set by the client/],
    ['a header twice', { headers: { 'X-A': '1', 'x-a': '2' } }, /given once/],
    ['a header of two lines', { headers: { 'x-a': '1\r\nhost: evil.example' } }, /"headers\.x-a" must/],
    ['a header name of two lines', { headers: { 'x-a: 1\r\nhost': 'evil.example' } }, /^"headers" must/],
    ['a serial of no key', { encryptedFor: 'PUB_KEY_ID_0000000000' }, /"encryptedFor" must be the serial/],
    ['a serial that is none', { encryptedFor: 'x\r\ny' }, /"encryptedFor" must be the serial/],
  ])('%s', async (_, options, message) => {
    const error = await rejection(wxpay.request('GET', '/v3/a', options as object));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });

  test('a merchant without v3 cannot sign', async () => {
    const v2 = merchantOf(sim, 'v2');
    for (const call of [() => v2.request('GET', '/v3/a'), () => v2.encrypt('a'), () => v2.download('/v3/a')]) {
      await expect(call()).rejects.toThrow('this merchant has no "v3"');
    }
    expect(() => v2.decrypt('a')).toThrow('this merchant has no "v3"');
  });
});

test('a base address with a prefix: the prefix is not signed', async () => {
  const proxied = createWxpay({
    appid: sim.app.appid,
    mchid: sim.merchant.mchid,
    notifyUrl: 'http://127.0.0.1:9/wxpay/notify',
    baseUrl: `${sim.url}/proxy`,
    now: sim.clock.now,
    v3: sim.merchant.v3,
  });
  await expect(proxied.request('GET', '/v3/a')).rejects.toMatchObject({ wechatStatus: 404 });
  expect(sim.requests.at(-1)).toMatchObject({ path: '/proxy/v3/a' });
});
