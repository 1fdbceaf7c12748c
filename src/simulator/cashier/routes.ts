import { equalText, sha1Hex } from '../../core/crypto/digest.js';
import { json, type Route, type SimAnswer, type SimRequest } from '../http.js';
import { type BridgeParams, examine } from '../ledger/examine.js';
import { pay } from '../ledger/pay.js';
import { holderOf } from '../oauth/authorize.js';
import type { OAuth } from '../oauth/routes.js';
import type { World } from '../world.js';
import { bridgeScript } from './bridge-script.js';
import { jweixinScript } from './jweixin-script.js';

const script = (text: string): SimAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' },
  body: text,
});

const FAIL = 'get_brand_wcpay_request:fail';

interface Asked {
  params: BridgeParams;
  page: string;
}

/** What the bridge sends: the page's parameters as they are, and the page's address. */
function read({ body }: SimRequest): Asked | undefined {
  const { params, page } = parse(body);
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return undefined;
  return { params: { package: undefined, ...params }, page: String(page ?? '') };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const malformed = (): SimAnswer => json({ err_msg: FAIL, err_desc: '支付参数类型错误：参数必须是对象' });

/** The checks before the sheet opens, and what it then shows. Amounts in fen. */
function ask(world: World, req: SimRequest): SimAnswer {
  const asked = read(req);
  if (!asked) return malformed();
  const examined = examine(world, asked.params, { person: holderOf(world, req), page: asked.page });
  if ('err_desc' in examined) return json({ err_msg: FAIL, err_desc: examined.err_desc });
  const { order, person } = examined;
  const coupon = couponFor(world, order.total);
  const { description, mchid, total } = order;
  return json({ sheet: { description, mchid, total, coupon, payer_total: total - coupon, person: person.name } });
}

async function confirm(world: World, req: SimRequest): Promise<SimAnswer> {
  const asked = read(req);
  if (!asked) return malformed();
  const payer = { person: holderOf(world, req), page: asked.page };
  const examined = examine(world, asked.params, payer);
  if (world.switches.cashier.falseOk && 'order' in examined) return json({ err_msg: 'get_brand_wcpay_request:ok' });
  const coupon = 'order' in examined ? couponFor(world, examined.order.total) : 0;
  const { err_msg, err_desc } = await pay(world, asked.params, { ...payer, coupon });
  return json({ err_msg, ...(err_desc && { err_desc }) });
}

/** Something is left to pay: WeChat has no payments of nothing. */
const couponFor = (world: World, total: number): number =>
  Math.max(0, Math.min(world.switches.cashier.coupon, total - 1));

/** What `wx.config` is answered: the signature covers the page's address without its fragment. */
function config(req: SimRequest, { tokens }: OAuth): SimAnswer {
  const { appId, timestamp, nonceStr, signature, url } = parse(req.body);
  const ticket = tokens.currentTicket(String(appId));
  const signed = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${String(url).split('#')[0]}`;
  const genuine = ticket !== undefined && equalText(String(signature), sha1Hex(signed));
  return json({ errMsg: genuine ? 'config:ok' : 'config:invalid signature' });
}

/** What the pages of the phone load and call: the bridge, the JS-SDK and the cashier behind them. */
export const cashierRoutes = (world: World, oauth: OAuth): Route[] => [
  {
    method: 'GET',
    path: '/__wechat/bridge.js',
    handle: () => script(bridgeScript({ bridge: world.switches.cashier.bridge })),
  },
  { method: 'GET', path: '/__wechat/jweixin.js', handle: () => script(jweixinScript) },
  { method: 'POST', path: '/__wechat/cashier/ask', handle: (req) => ask(world, req) },
  { method: 'POST', path: '/__wechat/cashier/pay', handle: (req) => confirm(world, req) },
  { method: 'POST', path: '/__wechat/config', handle: (req) => config(req, oauth) },
];
