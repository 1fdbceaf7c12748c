import { VerificationError, WxpayError } from '../core/errors.js';
import { checkOrder, OUT_TRADE_NO, TRANSACTION_ID } from '../core/order.js';
import type { Notice, Order, OrderRef } from '../core/vocabulary.js';
import { resolveOptions, type WxpayOptions } from './options.js';
import { sharePrepay } from './prepay-ids.js';
import type { Protocol } from './protocol.js';
import { createV2 } from './v2.js';

/** One merchant: every call WeChat Pay offers to it, the same for API v2 and v3. Usable without Koa; frozen; keeps its secrets to itself. */
export interface Wxpay extends Readonly<Protocol> {
  readonly appid: string;
  readonly mchid: string;
  readonly sub_appid?: string | undefined;
  readonly sub_mchid?: string | undefined;
  /** The merchant's clock, Unix seconds. */
  now(): number;
}

/**
 * Creates a merchant. Every option is checked here: nothing is found wrong at the first payment.
 *
 * @throws TypeError naming the option, in quotes, and what would be right
 * @example
 * const wxpay = createWxpay({
 *   appid: 'wx0123456789abcdef',
 *   mchid: '1900000109',
 *   notifyUrl: 'https://shop.example/wxpay/notify',
 *   v2: { key: process.env.WXPAY_KEY },
 * });
 */
export function createWxpay(options: WxpayOptions): Wxpay {
  const { common, v2: credentials } = resolveOptions(options);
  const { appid, mchid, sub_appid, sub_mchid, now } = common;
  const v2 = createV2(common, credentials);
  const out: Protocol = v2;
  const prepayIds = sharePrepay(out.prepay, now);
  const checked = (order: Order): Order => {
    checkOrder(order, common);
    return order;
  };
  return Object.freeze({
    appid,
    mchid,
    sub_appid,
    sub_mchid,
    now,
    ready: () => out.ready(),
    prepay: async (order, payer) => {
      if (typeof payer?.openid !== 'string' || payer.openid === '') {
        throw new WxpayError('ERR_WXPAY_OPENID_REQUIRED', 'prepay needs the openid of the payer');
      }
      return prepayIds.prepay(checked(order), payer);
    },
    jsapiParams: (prepay_id) => out.jsapiParams(prepay_id),
    native: async (order, from = {}) => out.native(checked(order), from),
    h5: async (order, from) => out.h5(checked(order), from),
    app: async (order, from = {}) => out.app(checked(order), from),
    queryOrder: async (ref) => out.queryOrder(checkRef(ref)),
    closeOrder: async (out_trade_no) => {
      checkRef({ out_trade_no });
      prepayIds.forget(out_trade_no);
      return out.closeOrder(out_trade_no);
    },
    readNotify: async (body, headers): Promise<Notice> => {
      const reader = body[0] === 0x3c ? v2 : undefined;
      if (!reader) {
        throw new VerificationError(
          'ERR_WXPAY_BAD_SIGNATURE',
          'no credentials are configured for this kind of notification',
        );
      }
      return reader.readNotify(body, headers);
    },
  } satisfies Wxpay);
}

/** One number, in the form WeChat gives it out; `transaction_id` wins. */
function checkRef(ref: OrderRef): OrderRef {
  const [name, value, rule] =
    'transaction_id' in ref
      ? ['transaction_id', ref.transaction_id, TRANSACTION_ID]
      : ['out_trade_no', ref.out_trade_no, OUT_TRADE_NO];
  if (typeof value !== 'string' || !rule.test(value)) {
    throw new WxpayError('ERR_WXPAY_ORDER_INVALID', `"${name}" has not the documented form`);
  }
  return ref;
}
