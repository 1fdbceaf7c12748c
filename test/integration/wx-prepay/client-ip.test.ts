import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa, { type Middleware } from 'koa';
import { createWxpay, type Wxpay, wxPrepay } from 'koa-wxpay';
import { signV2 } from '../../../src/core/v2/sign.js';
import { writeXml } from '../../../src/core/v2/xml/write.js';
import {
  API_V3_KEY,
  type FakeMch,
  fakeMch,
  merchantKey,
  NOW,
  PLATFORM_ID,
  platformKey,
  SERIAL_NO,
} from '../../support/fake-mch-v3.js';
import { publicPem } from '../../support/notice-v3.js';
import { listening, merchant, order } from '../../support/shop.js';
import { type Version, versions } from '../../support/versions.js';

const { appid, mchid, key } = merchant;
const H5_URL = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2';

let mch: FakeMch;
let server: Server;
let errors: { code?: string; message: string }[];
beforeEach(async () => {
  mch = await fakeMch(({ url }) => (url.startsWith('/v3') ? { body: { h5_url: H5_URL } } : { body: answerV2() }));
  server = await listening(createServer());
  errors = [];
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await mch.close();
});

function answerV2(): string {
  const outcome = { result_code: 'SUCCESS', prepay_id: 'wx1', trade_type: 'MWEB', mweb_url: H5_URL };
  const fields = { return_code: 'SUCCESS', return_msg: 'OK', appid, mch_id: mchid, nonce_str: 'n', ...outcome };
  return writeXml(Object.entries({ ...fields, sign: signV2(new Map(Object.entries(fields)), key, 'MD5') }));
}

const merchantOf = (version: Version): Wxpay =>
  createWxpay({
    appid,
    mchid,
    notifyUrl: 'https://shop.example/wxpay/notify',
    baseUrl: mch.url,
    now: () => NOW,
    ...(version === 'v2'
      ? { v2: { key } }
      : {
          v3: {
            privateKey: merchantKey,
            serial_no: SERIAL_NO,
            apiV3Key: API_V3_KEY,
            platformKeys: { [PLATFORM_ID]: publicPem(platformKey) },
          },
        }),
  });

/** The address that WeChat was told, of the newest order. */
function sentAddress(): string | undefined {
  const { body } = mch.requests.at(-1) as FakeMch['requests'][number];
  if (body.startsWith('{')) return JSON.parse(body).scene_info.payer_client_ip;
  return /<spbill_create_ip>(?:<!\[CDATA\[)?([^<\]]+)/.exec(body)?.[1];
}

describe.each(versions)('the address of an H5 payer over API %s', (version) => {
  const h5 = () => wxPrepay({ wxpay: merchantOf(version), type: 'h5', order: () => order() }) as Middleware;

  function serve(proxy: Partial<Koa>): (headers?: Record<string, string>) => Promise<number> {
    const app = Object.assign(new Koa(), proxy);
    app.on('error', (error) => errors.push(error));
    app.use(h5()).use((ctx) => {
      ctx.body = ctx.state.wxpay.h5_url;
    });
    server.on('request', app.callback());
    const { port } = server.address() as AddressInfo;
    return async (headers = {}) => (await fetch(`http://127.0.0.1:${port}/`, { headers })).status;
  }

  test('is what the proxy in front of the shop says, and not what the client put before it', async () => {
    const visit = serve({ proxy: true, maxIpsCount: 1 });
    await visit({ 'x-forwarded-for': '198.51.100.1, 203.0.113.7' });
    expect(sentAddress()).toBe('203.0.113.7');
    await visit({ 'x-forwarded-for': '2001:db8::7' });
    expect(sentAddress()).toBe('2001:db8::7');
  });

  test('is that of the connection where forwarded addresses are not trusted, or are no addresses', async () => {
    const visit = serve({});
    await visit({ 'x-forwarded-for': '203.0.113.7' });
    expect(sentAddress()).toBe('127.0.0.1');
    const app = serve({ proxy: true });
    await app({ 'x-forwarded-for': '<script>' });
    expect(sentAddress()).toBe('127.0.0.1');
  });

  test('another one is another order for WeChat, because it lets nobody pay from another address', async () => {
    const visit = serve({ proxy: true });
    await visit({ 'x-forwarded-for': '203.0.113.7' });
    await visit({ 'x-forwarded-for': '203.0.113.7' });
    expect(mch.requests).toHaveLength(1);
    await visit({ 'x-forwarded-for': '203.0.113.8' });
    expect([mch.requests.length, sentAddress()]).toEqual([2, '203.0.113.8']);
  });

  test('that is not known ends the request before WeChat is asked', async () => {
    const app = new Koa();
    app.on('error', (error) => errors.push(error));
    app.use(h5());
    const req = Object.assign(Readable.from([]), { method: 'GET', url: '/', headers: {} });
    const res = {
      once: () => {},
      on: () => {},
      setHeader: () => {},
      getHeaders: () => ({}),
      getHeaderNames: () => [],
      end: () => {},
    };
    await app.callback()(req as never, res as never);
    expect(errors).toMatchObject([
      { code: 'ERR_WXPAY_MOUNT', message: expect.stringContaining('address of the payer') },
    ]);
    await expect(merchantOf(version).h5(order(), {} as never)).rejects.toThrow('h5 needs the payer\'s "clientIp"');
    expect(mch.requests).toEqual([]);
  });

  test('goes with a web page, unless the order says what else it is', async () => {
    const wxpay = merchantOf(version);
    const from = { clientIp: '203.0.113.7' };
    await wxpay.h5(order(), from);
    await wxpay.h5(
      order({ scene_info: { h5_info: { type: 'Wap', app_name: '茶店', app_url: 'https://shop.example' } } }),
      from,
    );
    const [plain, named] = mch.requests.map(({ body }) =>
      version === 'v3'
        ? JSON.parse(body).scene_info.h5_info
        : JSON.parse(/<scene_info><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? '{}').h5_info,
    );
    expect(plain).toEqual({ type: 'Wap' });
    expect(named).toEqual(
      version === 'v3'
        ? { type: 'Wap', app_name: '茶店', app_url: 'https://shop.example' }
        : { type: 'Wap', wap_name: '茶店', wap_url: 'https://shop.example' },
    );
  });
});
