import type { Context, Middleware } from 'koa';
import { oneMerchant } from '../client/one-merchant.js';
import type { Wxpay } from '../client/wxpay.js';
import { WxpayError } from '../core/errors.js';
import type { ChooseWXPayParams, JsapiParams, Order } from '../core/vocabulary.js';
import { placeOrder } from '../prepay/place.js';
import type { OrderQueries } from '../settlement/types.js';
import { isIpAddress } from '../util/ip-address.js';
import { func, having, mustBe, optional, type Rules, readOptions } from '../util/options.js';
import { checkMethod } from './methods.js';
import type { PrepayState } from './state.js';

export interface WxPrepayOptions {
  wxpay: Wxpay;
  /** The order this request is about, if the user behind `ctx.state.wxpay.openid` may pay it; `null` answers 404. */
  order(ctx: Context): Promise<Order | null> | Order | null;
  /** The openid of the payer, where `wxOAuth` is not used. Never take it from the request itself. */
  openid?(ctx: Context): Promise<string> | string;
  /**
   * Gives an order a fresh number when its price or payer changed or its number was closed. It must be atomic, and it needs
   * `settlement`.
   */
  reissue?(order: Order): Promise<Order>;
  /** What `createSettlement` returned: it settles an order that turns out to be paid already. */
  settlement?: OrderQueries;
}

/**
 * Guarantees: `ctx.state.wxpay.jsapi` pays exactly the order the host looked up, at its price, by this openid; nothing of it
 * comes from the request. The order is checked before WeChat is asked; parallel requests share one call.
 *
 * @throws {TypeError} at creation, naming the option that is wrong
 * @throws {WxpayError} per request: `ERR_WXPAY_ORDER_NOT_FOUND` (404), `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_ORDER_NOT_PAYABLE`,
 * `ERR_WXPAY_ORDER_PAID`, `ERR_WXPAY_ORDER_CHANGED`, `ERR_WXPAY_ORDER_CLOSED` (409), `ERR_WXPAY_MOUNT`,
 * `ERR_WXPAY_BAD_REQUEST` (405) for every method but GET and POST
 * @throws {ApiError} WeChat refuses the order: 409 or 404 where the refusal is about the order, else 502
 * @throws {TransportError} `ERR_WXPAY_TRANSPORT` (502)
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 */
export function wxPrepay(options: WxPrepayOptions): Middleware<PrepayState> {
  const { wxpay, order, openid, reissue, settlement } = resolve(options);
  return async function wxPrepay(ctx, next) {
    checkMethod(ctx, 'wxPrepay places an order');
    const payer = { openid: await payerOf(ctx, openid), ...clientIpOf(ctx) };
    const found = await order(ctx);
    if (!found) throw new WxpayError('ERR_WXPAY_ORDER_NOT_FOUND', 'order(ctx) found no order to pay', { status: 404 });
    const placed = await placeOrder({ wxpay, reissue, settlement }, found, payer);
    const jsapi = wxpay.jsapiParams(placed.prepay_id);
    ctx.state.wxpay = {
      ...ctx.state.wxpay,
      prepay_id: placed.prepay_id,
      out_trade_no: placed.order.out_trade_no,
      jsapi,
      chooseWXPay: chooseWXPay(jsapi),
    };
    ctx.set('Cache-Control', 'no-store');
    await next();
  };
}

const RULES = {
  wxpay: oneMerchant,
  order: func<WxPrepayOptions['order']>('(ctx) => Promise<Order | null>'),
  openid: optional(func<NonNullable<WxPrepayOptions['openid']>>('(ctx) => string')),
  reissue: optional(func<NonNullable<WxPrepayOptions['reissue']>>('(order) => Promise<Order>')),
  settlement: optional(
    having<NonNullable<WxPrepayOptions['settlement']>>(['query'], 'what createSettlement() returns'),
  ),
} satisfies Rules<WxPrepayOptions>;

function resolve(options: WxPrepayOptions) {
  const read = readOptions('wxPrepay', options, RULES);
  const { wxpay, reissue, settlement } = read;
  if (settlement && settlement.wxpay !== wxpay) throw mustBe('settlement', 'of the same "wxpay"');
  if (reissue && !settlement) {
    throw new TypeError('"reissue" needs "settlement": the old number may turn out to be paid');
  }
  return read;
}

async function payerOf(ctx: Context, openid: WxPrepayOptions['openid']): Promise<string> {
  const found: unknown = openid ? await openid(ctx) : ctx.state.wxpay?.openid;
  if (typeof found === 'string' && found !== '') return found;
  if (openid) throw new WxpayError('ERR_WXPAY_OPENID_REQUIRED', '"openid" found nobody', { status: 401 });
  throw new WxpayError('ERR_WXPAY_MOUNT', 'no openid: mount wxOAuth before wxPrepay, or give wxPrepay "openid"');
}

/**
 * Forwarded addresses are sent by clients, so only what parses as an address is used. The request of an adapter may have no
 * socket, without which Koa's `ctx.ip` throws.
 */
function clientIpOf(ctx: Context): { clientIp?: string } {
  const { socket } = ctx.req as Partial<typeof ctx.req>;
  const address = (socket ? [ctx.ip, socket.remoteAddress] : ctx.ips).map(plain).find(isIpAddress);
  return address ? { clientIp: address } : {};
}

const plain = (address = ''): string => address.replace(/^::ffff:(?=\d+\.)/, '');

const chooseWXPay = ({ timeStamp, nonceStr, package: prepay, signType, paySign }: JsapiParams): ChooseWXPayParams => ({
  timestamp: timeStamp,
  nonceStr,
  package: prepay,
  signType,
  paySign,
});
