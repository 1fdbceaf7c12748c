/** Endpoints that place an order at API v3 and answer with the parameters for the page. */
import { createPrivateKey, sign } from 'node:crypto';
import { promisify } from 'node:util';
import Koa from 'koa';
import { Pool } from 'undici';
import { Decorator } from 'wechatpay-axios-plugin';
import { PayRequest } from 'wechatpay-node-v3/dist/lib/pay-request.js';
import { wxPrepay } from '../../src/index.js';
import { axiosPluginV3 } from '../candidates/axios-plugin.js';
import { floorV3, signSha256 } from '../candidates/floor-v3.js';
import { createPay } from '../candidates/node-v3.js';
import { freshNonce } from '../candidates/nonce.js';
import { wxpayV3 } from '../candidates/ours.js';
import type { Merchant } from '../inputs/merchant.js';
import { OPENID, orderOf, tradeNo } from '../inputs/order.js';
import type { AppOptions } from './app.js';

const PATH = '/v3/pay/transactions/jsapi';

/** Each request is about an order of its own. */
function bodies({ appid, mchid, notifyUrl: notify_url }: Merchant) {
  let n = 0;
  return () => {
    const { time_expire, ...order } = orderOf(tradeNo(n++));
    return { appid, mchid, notify_url, time_expire: '2030-01-31T10:34:56+08:00', ...order, payer: { openid: OPENID } };
  };
}

export function ours({ merchant, upstream }: AppOptions): Koa {
  let n = 0;
  const app = new Koa();
  app.use(wxPrepay({ wxpay: wxpayV3(merchant, upstream), openid: () => OPENID, order: () => orderOf(tradeNo(n++)) }));
  app.use((ctx) => {
    ctx.body = ctx.state.wxpay.jsapi;
  });
  return app;
}

export function peer({ merchant, upstream }: AppOptions): Koa {
  const { mchid, serial_no: serial, privateKey, platform } = merchant;
  const certs = { [platform.serial]: platform.publicKey };
  const client = new Decorator({ mchid, serial, privateKey, certs, baseURL: `${upstream}/` });
  const { pageParams } = axiosPluginV3(merchant);
  const next = bodies(merchant);
  const app = new Koa();
  app.use(async (ctx) => {
    const { data } = await client.v3.post('v3/pay/transactions/jsapi', next());
    ctx.body = pageParams(data.prepay_id);
  });
  return app;
}

export function nodePeer({ merchant, upstream }: AppOptions): Koa {
  /** The package's own client, towards another host. */
  class Local extends PayRequest {
    override post(url: string, params: Record<string, unknown>, headers: Record<string, unknown>) {
      return super.post(`${upstream}${new URL(url).pathname}`, params, headers);
    }
  }
  const pay = createPay(merchant);
  pay.createHttp(new Local());
  const next = bodies(merchant);
  const app = new Koa();
  app.use(async (ctx) => {
    const { status, data } = await pay.transactions_jsapi(next());
    if (status !== 200) throw new Error('refused');
    ctx.body = data;
  });
  return app;
}

type Sign = (text: string) => string | Promise<string>;

function floorApp({ merchant, upstream = '' }: AppOptions, signText: Sign): Koa {
  const { appid, mchid, serial_no } = merchant;
  const { verify } = floorV3(merchant);
  const pool = new Pool(upstream, { connections: 64 });
  const next = bodies(merchant);
  const app = new Koa();
  app.use(async (ctx) => {
    const content = JSON.stringify(next());
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const nonce_str = freshNonce();
    const signature = await signText(`POST\n${PATH}\n${timestamp}\n${nonce_str}\n${content}\n`);
    const authorization = `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce_str}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial_no}"`;
    const { statusCode, headers, body } = await pool.request({
      path: PATH,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', authorization },
      body: content,
    });
    const answer = Buffer.from(await body.arrayBuffer());
    verify({ body: answer, headers: headers as Record<string, string>, headersDistinct: {} });
    if (statusCode !== 200) throw new Error('refused');
    const pkg = `prepay_id=${JSON.parse(answer.toString()).prepay_id}`;
    const nonceStr = freshNonce();
    const paySign = await signText(`${appid}\n${timestamp}\n${nonceStr}\n${pkg}\n`);
    ctx.body = { appId: appid, timeStamp: timestamp, nonceStr, package: pkg, signType: 'RSA', paySign };
  });
  return app;
}

/** Signs on the main thread. */
export function handWritten(options: AppOptions): Koa {
  const key = createPrivateKey(options.merchant.privateKey);
  return floorApp(options, (text) => signSha256(key, text));
}

/** Signs in the thread pool. */
export function handWrittenInPool(options: AppOptions): Koa {
  const key = createPrivateKey(options.merchant.privateKey);
  const inPool = promisify(sign) as (algorithm: string, data: Buffer, key: object) => Promise<Buffer>;
  return floorApp(options, async (text) => (await inPool('sha256', Buffer.from(text), key)).toString('base64'));
}
