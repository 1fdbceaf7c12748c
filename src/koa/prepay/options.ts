import type { Context } from 'koa';
import { oneMerchant } from '../../client/one-merchant.js';
import type { Wxpay } from '../../client/types.js';
import type { Order, PayType } from '../../core/vocabulary.js';
import type { OrderQueries } from '../../settlement/types.js';
import { func, having, mustBe, oneOf, optional, type Rules, readOptions, withDefault } from '../../util/options.js';

/** Options of `wxPrepay`. All of them are checked at creation. */
export interface WxPrepayOptions<Type extends PayType = 'jsapi'> {
  /** The merchant, as `createWxpay` returned it. */
  wxpay: Wxpay;
  /**
   * Where the order is paid: inside WeChat or a mini program (`jsapi`), by scanning a QR code (`native`), in a mobile browser outside
   * WeChat (`h5`), or in a native app (`app`).
   *
   * @default 'jsapi'
   */
  type?: Type;
  /** The order this request is about, if the user behind it may pay it; `null` answers 404. */
  order(ctx: Context): Promise<Order | null> | Order | null;
  /** `jsapi` only: the openid of the payer, where neither wxOAuth nor wxMiniLogin is used. Never take it from the request itself. */
  openid?(ctx: Context): Promise<string> | string;
  /**
   * Gives an order a fresh number when its price, payer or way of paying changed or its number was closed. It must be atomic, and it
   * needs `settlement`.
   */
  reissue?(order: Order): Promise<Order>;
  /** What `createSettlement` returned: it settles an order that turns out to be paid already. */
  settlement?: OrderQueries;
  /**
   * `h5` only: the whole address that WeChat returns the payer to, paid or not. Its host must be an H5 支付域名 of the merchant.
   *
   * @default the page that the payment was begun on
   */
  returnUrl?(ctx: Context, order: Order): Promise<string> | string;
}

export type ResolvedPrepay = ReturnType<typeof resolvePrepay>;

const RULES = {
  wxpay: oneMerchant,
  type: withDefault(oneOf('jsapi', 'native', 'h5', 'app'), 'jsapi'),
  order: func<WxPrepayOptions['order']>('(ctx) => Promise<Order | null>'),
  openid: optional(func<NonNullable<WxPrepayOptions['openid']>>('(ctx) => string')),
  reissue: optional(func<NonNullable<WxPrepayOptions['reissue']>>('(order) => Promise<Order>')),
  settlement: optional(
    having<NonNullable<WxPrepayOptions['settlement']>>(['query'], 'what createSettlement() returns'),
  ),
  returnUrl: optional(func<NonNullable<WxPrepayOptions['returnUrl']>>('(ctx, order) => string')),
} satisfies Rules<WxPrepayOptions>;

/** @throws {TypeError} naming the option that is wrong and what would be right */
export function resolvePrepay(options: WxPrepayOptions<PayType>) {
  const read = readOptions('wxPrepay', options, RULES);
  const { wxpay, type, openid, reissue, settlement, returnUrl } = read;
  if (settlement && settlement.wxpay !== wxpay) throw mustBe('settlement', 'of the same "wxpay"');
  if (reissue && !settlement) {
    throw new TypeError('"reissue" needs "settlement": the old number may turn out to be paid');
  }
  if (openid && type !== 'jsapi') throw new TypeError(`"openid" goes with type: 'jsapi', and this is '${type}'`);
  if (returnUrl && type !== 'h5') throw new TypeError(`"returnUrl" goes with type: 'h5', and this is '${type}'`);
  return read;
}
