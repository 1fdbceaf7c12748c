import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import AtKoaRouter from '@koa/router';
import Koa, { type Middleware } from 'koa';
import KoaRouter from 'koa-router';
import { ApiError, createSettlement, createWxpay, memoryOnce, type Wxpay, wxPrepay, wxSettle } from 'koa-wxpay';
import { signV2 } from '../../../src/core/v2/sign.js';
import { writeXml } from '../../../src/core/v2/xml/write.js';
import {
  type FakeAnswer,
  type FakeMch,
  fakeMch,
  merchantKey,
  NOW,
  PLATFORM_ID,
  platformKey,
} from '../../support/fake-mch-v3.js';
import { publicPem } from '../../support/notice-v3.js';
import { listening, merchant, order } from '../../support/shop.js';
import { type Version, versions } from '../../support/versions.js';

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
const { appid, mchid, key } = merchant;

let mch: FakeMch;
let closeShop = async (): Promise<void> => {};
afterEach(async () => {
  await closeShop();
  await mch.close();
});

/** WeChat's answer in the form of each version: an error, or a placed order. */
function answerOf(version: Version, refusal?: { status: number; code: string; text: string }): FakeAnswer {
  const prepay_id = 'wx201410272009395522657a690389285100';
  if (version === 'v3') {
    if (!refusal) return { body: { prepay_id } };
    return { status: refusal.status, body: { code: refusal.code, message: refusal.text } };
  }
  const outcome: Record<string, string> = refusal
    ? { result_code: 'FAIL', err_code: refusal.code, err_code_des: refusal.text }
    : { result_code: 'SUCCESS', prepay_id, trade_type: 'JSAPI' };
  const fields = { return_code: 'SUCCESS', return_msg: 'OK', appid, mch_id: mchid, nonce_str: 'n', ...outcome };
  return { body: writeXml(Object.entries({ ...fields, sign: signV2(new Map(Object.entries(fields)), key, 'MD5') })) };
}

async function merchantThatAnswers(version: Version, answer: FakeAnswer): Promise<Wxpay> {
  mch = await fakeMch(() => answer);
  const v3 = {
    privateKey: merchantKey,
    serial_no: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
    apiV3Key: '0123456789abcdef0123456789abcdef',
    platformKeys: { [PLATFORM_ID]: publicPem(platformKey) },
  };
  return createWxpay({
    appid,
    mchid,
    notifyUrl: 'https://shop.example/wxpay/notify',
    baseUrl: mch.url,
    now: () => NOW,
    ...(version === 'v3' ? { v3 } : { v2: { key } }),
  });
}

interface Opened {
  url: string;
  errors: Error[];
  /** Requests that reached what follows. */
  reached: string[];
}

async function open(mount: (app: Koa, reach: Middleware) => void): Promise<Opened> {
  const app = new Koa();
  const errors: Error[] = [];
  const reached: string[] = [];
  app.on('error', (error: Error) => errors.push(error));
  mount(app, (ctx) => {
    reached.push(ctx.method);
    ctx.body = ctx.state.wxpay?.prepay_id;
  });
  const server = await listening(createServer(app.callback()));
  closeShop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pay`, errors, reached };
}

const prepay = (wxpay: Wxpay) => wxPrepay({ wxpay, order: () => order(), openid: () => OPENID }) as Middleware;

const settle = (wxpay: Wxpay) =>
  wxSettle(createSettlement({ wxpay, findOrder: async () => order(), once: memoryOnce(), fulfil: async () => {} }), {
    order: () => order(),
  });

const mounts: [name: string, mount: (app: Koa, ...all: Middleware[]) => void][] = [
  ['app.use', (app, ...all) => void all.map((one) => app.use(one))],
  ['koa-router', (app, ...all) => app.use(new KoaRouter().all('/pay', ...(all as KoaRouter.IMiddleware[])).routes())],
  [
    '@koa/router',
    (app, ...all) => app.use(new AtKoaRouter().all('/pay', ...(all as never[])).routes() as unknown as Middleware),
  ],
];

describe.each(mounts)('mounted with %s', (_, mount) => {
  test.each(['GET', 'POST'])('%s places the order', async (method) => {
    const wxpay = await merchantThatAnswers('v3', answerOf('v3'));
    const { url, errors } = await open((app, reach) => mount(app, prepay(wxpay), reach));
    const response = await fetch(url, { method });
    expect([response.status, await response.text(), errors]).toEqual([200, 'wx201410272009395522657a690389285100', []]);
    expect(mch.requests).toHaveLength(1);
  });

  test.each(['HEAD', 'OPTIONS', 'DELETE', 'PUT', 'PATCH', 'PROPFIND'])('%s places none', async (method) => {
    const wxpay = await merchantThatAnswers('v3', answerOf('v3'));
    const { url, errors, reached } = await open((app, reach) => mount(app, prepay(wxpay), reach));
    const response = await fetch(url, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(errors).toMatchObject([{ code: 'ERR_WXPAY_BAD_REQUEST', message: expect.stringContaining(method) }]);
    expect([mch.requests, reached]).toEqual([[], []]);
  });

  test.each(['HEAD', 'OPTIONS', 'DELETE'])('%s asks nothing through wxSettle', async (method) => {
    const wxpay = await merchantThatAnswers('v3', answerOf('v3'));
    const { url } = await open((app) => mount(app, settle(wxpay)));
    const response = await fetch(url, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(mch.requests).toEqual([]);
  });
});

test('a HEAD request that a router hands to the route of GET places no order', async () => {
  const wxpay = await merchantThatAnswers('v3', answerOf('v3'));
  const { url } = await open((app, reach) =>
    app.use(new KoaRouter().get('/pay', ...([prepay(wxpay), reach] as KoaRouter.IMiddleware[])).routes()),
  );
  const response = await fetch(url, { method: 'HEAD' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  expect(mch.requests).toEqual([]);
});

describe.each(versions)("WeChat's refusals under API %s", (version) => {
  const refusals: [code: string, wechatStatus: number, meaning: string, status: number][] =
    version === 'v3'
      ? [
          ['SIGN_ERROR', 401, 'other', 502],
          ['NO_AUTH', 403, 'other', 502],
          ['RESOURCE_NOT_EXISTS', 404, 'other', 502],
          ['PARAM_ERROR', 400, 'other', 502],
          ['FREQUENCY_LIMITED', 429, 'too_frequent', 502],
          ['RATELIMIT_EXCEEDED', 429, 'too_frequent', 502],
          ['SYSTEM_ERROR', 500, 'unknown_outcome', 502],
          ['ACCEPTED', 202, 'unknown_outcome', 502],
          ['ORDER_NOT_EXIST', 404, 'order_not_found', 404],
        ]
      : [
          ['SIGNERROR', 200, 'other', 502],
          ['NOAUTH', 200, 'other', 502],
          ['LACK_PARAMS', 200, 'other', 502],
          ['FREQUENCY_LIMITED', 200, 'too_frequent', 502],
          ['SYSTEMERROR', 200, 'unknown_outcome', 502],
          ['ORDERNOTEXIST', 200, 'order_not_found', 404],
        ];

  test.each(refusals)('%s (HTTP %d, %s) is answered with %d', async (code, wechatStatus, meaning, status) => {
    const wxpay = await merchantThatAnswers(version, answerOf(version, { status: wechatStatus, code, text: '拒绝' }));
    const { url, errors, reached } = await open((app, reach) => app.use(prepay(wxpay)).use(reach));
    expect([(await fetch(url)).status, reached]).toEqual([status, []]);
    expect(errors).toEqual([expect.any(ApiError)]);
    expect(errors).toMatchObject([{ meaning, wechatStatus, status }]);
  });

  test.each<[meaning: string, v2: string, v3: string, wechatStatus: number]>([
    ['order_paid', 'ORDERPAID', 'ORDERPAID', 400],
    ['order_closed', 'ORDERCLOSED', 'ORDER_CLOSED', 400],
    ['order_changed', 'OUT_TRADE_NO_USED', 'OUT_TRADE_NO_USED', 403],
  ])('%s is answered with 409, by wxPrepay and by whatever throws it', async (meaning, v2, v3, status) => {
    const code = version === 'v3' ? v3 : v2;
    const wxpay = await merchantThatAnswers(version, answerOf(version, { status, code, text: '拒绝' }));
    await expect(wxpay.prepay(order(), { openid: OPENID })).rejects.toMatchObject({ meaning, status: 409 });
    const { url } = await open((app) => app.use(prepay(wxpay)));
    expect((await fetch(url)).status).toBe(409);
  });

  test('a refused query is answered with 502 by wxSettle', async () => {
    const refusal = { status: 401, code: version === 'v3' ? 'SIGN_ERROR' : 'SIGNERROR', text: '签名错误' };
    const wxpay = await merchantThatAnswers(version, answerOf(version, refusal));
    const { url } = await open((app) => app.use(settle(wxpay)));
    expect((await fetch(url, { method: 'POST' })).status).toBe(502);
  });
});

test('a request without a socket, as adapters make them, places an order', async () => {
  const wxpay = await merchantThatAnswers('v3', answerOf('v3'));
  const app = new Koa();
  let placed: unknown;
  app.use(prepay(wxpay)).use((ctx) => {
    placed = ctx.state.wxpay.prepay_id;
    ctx.respond = false;
  });
  const req = Object.assign(Readable.from([]), { method: 'GET', url: '/pay', headers: {} });
  const res = { once: () => {}, on: () => {}, setHeader: () => {}, getHeaders: () => ({}) };
  await app.callback()(req as never, res as never);
  expect(placed).toBe('wx201410272009395522657a690389285100');
});
