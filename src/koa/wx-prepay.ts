import type { Context, Middleware } from 'koa';
import { WxpayError } from '../core/errors.js';
import type { Order, PayType } from '../core/vocabulary.js';
import { placeOrder } from '../prepay/place.js';
import { checkMethod } from './methods.js';
import { resolvePrepay, type WxPrepayOptions } from './prepay/options.js';
import { PAY_TYPES } from './prepay/pay-types.js';
import type { PrepayResults, PrepayState } from './state.js';

export type { WxPrepayOptions } from './prepay/options.js';

/**
 * Guarantees: what it attaches to `ctx.state.wxpay` pays exactly the order the host looked up, at its price; nothing of it comes
 * from the request. The order is checked before WeChat is asked; parallel requests share one call.
 *
 * `type` decides what is attached: the parameters of the cashier inside WeChat or a mini program (`jsapi`, `chooseWXPay`), which
 * only the user with this openid can pay; the content of a QR code (`code_url`); the address of WeChat's page (`h5_url`); or the
 * parameters of a native app (`app`). `out_trade_no` is there with each of them.
 *
 * @throws {TypeError} at creation, naming the option that is wrong
 * @throws {WxpayError} per request: `ERR_WXPAY_ORDER_NOT_FOUND` (404), `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_ORDER_NOT_PAYABLE`,
 * `ERR_WXPAY_ORDER_PAID`, `ERR_WXPAY_ORDER_CHANGED`, `ERR_WXPAY_ORDER_CLOSED` (409), `ERR_WXPAY_MOUNT`,
 * `ERR_WXPAY_BAD_REQUEST` (405) for every method but GET and POST
 * @throws {ApiError} WeChat refuses the order: 409 or 404 where the refusal is about the order, else 502
 * @throws {TransportError} `ERR_WXPAY_TRANSPORT` (502)
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 * @example
 * router.post('/orders/:id/qr', wxPrepay({ wxpay, type: 'native', order: (ctx) => findOrderOf(ctx) }), (ctx) => {
 *   ctx.body = { code_url: ctx.state.wxpay.code_url };
 * });
 */
export function wxPrepay<Type extends PayType = 'jsapi'>(
  options: WxPrepayOptions<Type>,
): Middleware<PrepayState<Type>> {
  const resolved = resolvePrepay(options);
  const { wxpay, type, order, reissue, settlement } = resolved;
  return async function wxPrepay(ctx, next) {
    checkMethod(ctx, 'wxPrepay places an order');
    const place: (order: Order) => Promise<PrepayResults[PayType]> = await PAY_TYPES[type](resolved, ctx);
    const found = await order(ctx);
    if (!found) throw new WxpayError('ERR_WXPAY_ORDER_NOT_FOUND', 'order(ctx) found no order to pay', { status: 404 });
    const placed = await placeOrder(found, { wxpay, place, reissue, settlement });
    const state: Context['state'] = ctx.state;
    state.wxpay = { ...state.wxpay, out_trade_no: placed.order.out_trade_no, ...placed.answer };
    ctx.set('Cache-Control', 'no-store');
    await next();
  };
}
