import { VerificationError, WxpayError } from '../core/errors.js';
import { OUT_TRADE_NO, TRANSACTION_ID } from '../core/ids.js';
import { checkOrder } from '../core/order-rules.js';
import type { AppParams, Notice, Order, OrderRef, RefundRequest } from '../core/vocabulary.js';
import { acrossVersions } from './merchant/both-versions.js';
import type { Protocol } from './merchant/protocol.js';
import { createV2 } from './merchant/v2/index.js';
import { createV3 } from './merchant/v3/index.js';
import { type Common, resolveOptions, type WxpayOptions } from './options.js';
import { sharePrepay } from './prepay-ids.js';

/** One merchant: every call WeChat Pay offers to it, the same for API v2 and v3. Usable without Koa; frozen; keeps its secrets to itself. */
export interface Wxpay extends Readonly<Protocol> {
  readonly appid: string;
  readonly mchid: string;
  readonly sub_appid?: string | undefined;
  readonly sub_mchid?: string | undefined;
  native(order: Order, from?: { client_ip?: string }): Promise<{ code_url: string }>;
  app(order: Order, from?: { client_ip?: string }): Promise<AppParams>;
  /** The merchant's clock, in milliseconds. */
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
 *   v3: { privateKey, serial_no, apiV3Key, platformKeys: { PUB_KEY_ID_0119000001: publicKeyPem } },
 * });
 */
export function createWxpay(options: WxpayOptions): Wxpay {
  const { common, v2: credentialsV2, v3: credentialsV3 } = resolveOptions(options);
  const { appid, mchid, sub_appid, sub_mchid, now } = common;
  const v3 = credentialsV3 && createV3(common, credentialsV3);
  const v2 = credentialsV2 && createV2(common, credentialsV2, v3?.queryRefund);
  const out = (v3 ?? v2) as Protocol;
  const prepayIds = sharePrepay(out.prepay, now);
  const checked = (order: Order): Order => {
    checkOrder(order, common);
    return order;
  };
  const { queryOrder, closeOrder } = v3 && v2 ? acrossVersions(v3, v2) : out;
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
    queryOrder: async (ref) => queryOrder(checkRef(ref)),
    closeOrder: async (out_trade_no) => {
      checkRef({ out_trade_no });
      try {
        await closeOrder(out_trade_no);
      } finally {
        // also what was fetched meanwhile; and whatever came of the closing, WeChat is asked again
        prepayIds.forget(out_trade_no);
      }
    },
    refund: async (request) => {
      checkRefundUrl(request, common);
      return out.refund(request);
    },
    queryRefund: (out_refund_no) => out.queryRefund(out_refund_no),
    applyAbnormalRefund: (request) => out.applyAbnormalRefund(request),
    tradeBill: (date, bill) => out.tradeBill(date, bill),
    fundFlowBill: (date, bill) => out.fundFlowBill(date, bill),
    readNotify: async (body, headers): Promise<Notice> => {
      // the first byte tells them apart: < of XML, { of JSON
      const reader = body[0] === 0x3c ? v2 : v3;
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
  if (typeof ref !== 'object' || ref === null) {
    throw new WxpayError('ERR_WXPAY_ORDER_INVALID', 'queryOrder takes { out_trade_no } or { transaction_id }');
  }
  const [name, value, rule] =
    'transaction_id' in ref
      ? ['transaction_id', ref.transaction_id, TRANSACTION_ID]
      : ['out_trade_no', ref.out_trade_no, OUT_TRADE_NO];
  if (typeof value !== 'string' || !rule.test(value)) {
    throw new WxpayError('ERR_WXPAY_ORDER_INVALID', `"${name}" has not the documented form`);
  }
  return ref;
}

/** As the merchant's own addresses: https, but towards a simulator. */
function checkRefundUrl({ notify_url }: RefundRequest, { refundNotifyUrl }: Common): void {
  if (notify_url?.startsWith('http:') && refundNotifyUrl.startsWith('https:')) {
    throw new WxpayError('ERR_WXPAY_REFUND_INVALID', '"notify_url" must be https');
  }
}
