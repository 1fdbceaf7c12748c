import type { Context } from 'koa';
import { WxpayError } from '../../core/errors.js';
import type { Order, PayType } from '../../core/vocabulary.js';
import type { PrepayResults } from '../state.js';
import { clientIpOf } from './client-ip.js';
import type { ResolvedPrepay } from './options.js';
import { withReturnUrl } from './return-url.js';

/** Places one order, and resolves to what is attached to the context. */
type Place<Type extends PayType> = (order: Order) => Promise<PrepayResults[Type]>;

/**
 * How the order of a request is placed, by the way of paying. Who pays is read before the order is looked up: `order(ctx)` relies
 * on the openid.
 */
export const PAY_TYPES: { [Type in PayType]: (options: ResolvedPrepay, ctx: Context) => Promise<Place<Type>> } = {
  jsapi: async ({ wxpay, openid }, ctx) => {
    const payer = { openid: await payerOf(ctx, openid), ...clientIpOf(ctx) };
    return async (order) => {
      const prepay_id = await wxpay.prepay(order, payer);
      const jsapi = wxpay.jsapiParams(prepay_id, order);
      const { appId: _, ...requestPayment } = jsapi;
      const { timeStamp: timestamp, ...rest } = requestPayment;
      return { prepay_id, jsapi, requestPayment, chooseWXPay: { timestamp, ...rest } };
    };
  },
  native:
    async ({ wxpay }, ctx) =>
    (order) =>
      wxpay.native(order, clientIpOf(ctx)),
  h5: async ({ wxpay, returnUrl }, ctx) => {
    const { clientIp } = clientIpOf(ctx);
    if (clientIp === undefined) {
      throw new WxpayError('ERR_WXPAY_MOUNT', 'an h5 order needs the address of the payer, and this request has none');
    }
    return async (order) => {
      const { h5_url } = await wxpay.h5(order, { clientIp });
      return { h5_url: returnUrl ? withReturnUrl(h5_url, await returnUrl(ctx, order)) : h5_url };
    };
  },
  app:
    async ({ wxpay }, ctx) =>
    async (order) => ({ app: await wxpay.app(order, clientIpOf(ctx)) }),
};

async function payerOf(ctx: Context, openid: ResolvedPrepay['openid']): Promise<string> {
  const found: unknown = openid ? await openid(ctx) : ctx.state.wxpay?.openid;
  if (typeof found === 'string' && found !== '') return found;
  if (openid)
    throw new WxpayError('ERR_WXPAY_OPENID_REQUIRED', '"openid" returned no openid for this request', { status: 401 });
  throw new WxpayError('ERR_WXPAY_MOUNT', 'no openid: mount wxOAuth before wxPrepay, or give wxPrepay "openid"');
}
