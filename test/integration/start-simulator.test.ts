import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { createWxpay, memoryOnce, type Wxpay, wxJsConfig, wxNotify, wxOAuth } from 'koa-wxpay';
import { startSimulator, type TestWechat } from 'koa-wxpay/testing';
import { listening, order } from '../support/shop.js';
import { versions } from '../support/versions.js';

let wechat: TestWechat;
beforeEach(async () => {
  wechat = await startSimulator();
});
afterEach(() => wechat.stop());

describe.each(versions)('a shop over API %s whose options come from the test kit', (version) => {
  let wxpay: Wxpay;
  let server: Server;
  let handled: string[];

  beforeEach(async () => {
    handled = [];
    const app = new Koa();
    server = await listening(createServer((req, res) => void app.callback()(req, res)));
    const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wxpay/notify`;
    wxpay = createWxpay({ ...wechat.options.wxpay, notifyUrl, ...(version === 'v2' && { v3: undefined }) });
    app.use(wxNotify({ wxpay, findOrder: async () => order(), once: memoryOnce() }));
    app.use((ctx) => {
      handled.push(ctx.state.wxpay.notice.type);
    });
    const openid = wechat.simulator.people[0]?.openid(wechat.options.wxpay.appid) as string;
    await wxpay.prepay(order(), { openid, clientIp: '203.0.113.7' });
  });
  afterEach(() => void server.close());

  test('has an order paid, with its notification, and refunded', async () => {
    expect(await wechat.pay(order().out_trade_no)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    expect(handled).toEqual(['payment.success']);
    expect(wechat.deliveries).toMatchObject([{ acknowledged: true }]);
    wechat.refund(order().out_trade_no, 990);
    expect(wechat.order(order().out_trade_no)).toMatchObject({ trade_state: 'REFUND' });
  });

  test('gets the copy of a lost notification that is asked for, and nothing more on the days after', async () => {
    wechat.simulator.switches.notification = 'never';
    await wechat.pay(order().out_trade_no);
    expect(handled).toEqual([]);
    await wechat.resend(order().out_trade_no);
    await wechat.advance(86_400_000);
    expect(handled).toEqual(['payment.success']);
  });
});

test('the login and the JS-SDK take the options of the test kit as they are', () => {
  expect(() => wxOAuth(wechat.options.oauth)).not.toThrow();
  expect(() => wxJsConfig(wechat.options.jsConfig)).not.toThrow();
});

test('an option that the simulator does not have is refused', async () => {
  await expect(startSimulator({ merchnt: {} } as never)).rejects.toThrow(TypeError);
});
