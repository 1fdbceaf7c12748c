/** Endpoints that place an order at API v2 and answer with the parameters for the page. */
import Koa from 'koa';
import { Pool } from 'undici';
import { Decorator } from 'wechatpay-axios-plugin';
import { wxPrepay } from '../../src/index.js';
import { axiosPluginV2, orderFields } from '../candidates/axios-plugin.js';
import { floorV2, scanXml, verifyMd5 } from '../candidates/floor-v2.js';
import { wxpayV2 } from '../candidates/ours.js';
import { OPENID, orderOf, TOTAL, tradeNo } from '../inputs/order.js';
import type { AppOptions } from './app.js';

/** Each request is about an order of its own. */
function numbers(): () => string {
  let n = 0;
  return () => tradeNo(n++);
}

export function ours({ merchant, upstream }: AppOptions): Koa {
  const next = numbers();
  const app = new Koa();
  app.use(wxPrepay({ wxpay: wxpayV2(merchant, upstream), openid: () => OPENID, order: () => orderOf(next()) }));
  app.use((ctx) => {
    ctx.body = ctx.state.wxpay.jsapi;
  });
  return app;
}

export function peer({ merchant, upstream }: AppOptions): Koa {
  const { mchid, serial_no: serial, privateKey, platform, v2Key: secret } = merchant;
  const certs = { [platform.serial]: platform.publicKey };
  const client = new Decorator({ mchid, serial, privateKey, certs, secret, baseURL: `${upstream}/` });
  const { pageParams } = axiosPluginV2(merchant);
  const next = numbers();
  const app = new Koa();
  app.use(async (ctx) => {
    const { data } = await client.v2.post('pay/unifiedorder', orderFields(merchant, next(), TOTAL));
    ctx.body = pageParams(data.prepay_id);
  });
  return app;
}

export function handWritten({ merchant, upstream = '' }: AppOptions): Koa {
  const { buildOrder, pageParams } = floorV2(merchant);
  const pool = new Pool(upstream, { connections: 64 });
  const next = numbers();
  const app = new Koa();
  app.use(async (ctx) => {
    const { statusCode, body } = await pool.request({
      path: '/pay/unifiedorder',
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: buildOrder(orderOf(next())),
    });
    const fields = scanXml(new Uint8Array(await body.arrayBuffer()));
    verifyMd5(fields, merchant.v2Key);
    if (statusCode !== 200 || fields.get('result_code') !== 'SUCCESS') throw new Error('refused');
    if (fields.get('appid') !== merchant.appid || fields.get('mch_id') !== merchant.mchid) throw new Error('not ours');
    ctx.body = pageParams(fields.get('prepay_id') as string);
  });
  return app;
}
