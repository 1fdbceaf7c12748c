import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Middleware } from 'koa';
import { wxPrepay } from 'koa-wxpay';
import type { Simulator } from 'koa-wxpay/simulator';
import { createMiniWechat, MINI, type MiniShop, miniShop } from '../../support/mini-shop.js';
import { order } from '../../support/shop.js';
import { merchantOf, versions } from '../../support/versions.js';

let sim: Simulator;
let shop: MiniShop;
afterEach(async () => {
  await shop.close();
  await sim.close();
});

describe.each(versions)('a mini program over API %s', (version) => {
  beforeEach(async () => {
    sim = await createMiniWechat();
    sim.switches.notification = 'never';
    const wxpay = merchantOf(sim, version, { appid: MINI.appid });
    const openid = sim.people[0]?.openid(MINI.appid);
    const pay = wxPrepay({ wxpay, order: (ctx) => (ctx.state.wxpay.openid === openid ? order() : null) }) as Middleware;
    const show: Middleware = (ctx) => {
      ctx.body = ctx.state.wxpay.requestPayment;
    };
    shop = await miniShop(sim, {}, { guarded: [pay, show] });
  });

  test('pays the order of its user with what stands on the context for wx.requestPayment', async () => {
    const authorization = `Bearer ${await shop.token()}`;
    const { status, body } = await shop.post('/orders/1/pay', {}, { authorization });
    expect([status, Object.keys(body).sort()]).toEqual([
      200,
      ['nonceStr', 'package', 'paySign', 'signType', 'timeStamp'],
    ]);
    // WeChat adds the appid of the mini program that asks.
    const paid = await sim.pay({ ...body, appId: MINI.appid });
    expect(paid).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    expect(sim.order('SHOP00A17')).toMatchObject({ appid: MINI.appid, trade_state: 'SUCCESS' });
  });

  test('another user finds no such order, and nobody without a token', async () => {
    const authorization = `Bearer ${await shop.token('xiaohong')}`;
    expect((await shop.post('/orders/1/pay', {}, { authorization })).status).toBe(404);
    expect(await shop.post('/orders/1/pay')).toMatchObject({ status: 401, body: { error: 'login_required' } });
    expect(sim.order('SHOP00A17')).toBeUndefined();
  });
});
