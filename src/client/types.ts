import type {
  AbnormalRefundRequest,
  AppParams,
  FundFlowBillOptions,
  FundFlowBillRow,
  JsapiParams,
  NotificationContent,
  Order,
  OrderFields,
  OrderRef,
  Payer,
  Refund,
  RefundRequest,
  TradeBillOptions,
  TradeBillRow,
  Transaction,
} from '../core/vocabulary.js';
import type { HeadersDistinct } from './merchant/notification-format.js';
import type { OtherApis } from './merchant/other-apis.js';

/** A notification that WeChat Pay made for this merchant, and the API version in whose form it is answered. */
export type Notification = NotificationContent & { version: 'v2' | 'v3' };

/**
 * One merchant: every call that WeChat Pay offers to it, with the same names and values for API v2 and v3. It works without Koa,
 * is frozen, and shows its secrets neither to JSON nor to a logger.
 *
 * Every call rejects with an {@link ApiError} (`ERR_WXPAY_API`) where WeChat refuses, with a {@link TransportError}
 * (`ERR_WXPAY_TRANSPORT`) where no answer arrived, and with a {@link VerificationError} or `ERR_WXPAY_BAD_ANSWER` (502) where the
 * answer cannot be believed. What the host gave wrongly is refused before anything is sent.
 */
export interface Wxpay extends Readonly<OtherApis> {
  /** The account that takes the payments of orders that choose none. */
  readonly appid: string;
  /** All accounts that take payments, this one first. */
  readonly appids: readonly string[];
  /** The merchant number; in partner mode the service provider's. */
  readonly mchid: string;
  /** In partner mode: the account of the shop that is served, if it has one. */
  readonly sub_appid?: string | undefined;
  /** In partner mode: all accounts of that shop, this one first. */
  readonly sub_appids: readonly string[];
  /** In partner mode: the merchant number of the shop that is served. */
  readonly sub_mchid?: string | undefined;
  /** Where WeChat Pay reports payments. */
  readonly notifyUrl: string;
  /** The merchant's clock, in milliseconds. */
  now(): number;
  /**
   * Fetches what the first payment needs: the platform certificates, where they are used. Call it at start, so that a wrong key
   * or a closed network is found then.
   *
   * @example
   * await wxpay.ready();
   */
  ready(): Promise<void>;
  /**
   * Places an order for a payer inside WeChat. Callers of one order at the same time share one call to WeChat.
   *
   * @returns the prepay_id, valid for two hours: sign it with {@link Wxpay.jsapiParams}
   * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_ORDER_NOT_PAYABLE`, `ERR_WXPAY_OPENID_REQUIRED`
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
   * @example
   * const prepay_id = await wxpay.prepay(order, { openid });
   */
  prepay(order: Order, payer: Payer): Promise<string>;
  /**
   * The parameters that pay a placed order in the page, freshly signed.
   *
   * @param prepay_id what {@link Wxpay.prepay} resolved to
   * @param order the order that it was placed for: its `appid` signs. @default one that chooses no account
   * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for a text that cannot be a prepay_id, and an account that is not the merchant's
   * @example
   * const params = wxpay.jsapiParams(prepay_id, order); // WeixinJSBridge.invoke('getBrandWCPayRequest', params, …)
   */
  jsapiParams(prepay_id: string, order?: Pick<OrderFields, 'appid' | 'sub_appid'>): JsapiParams;
  /**
   * Places an order for a payer who scans a QR code.
   *
   * @returns `code_url`, the content of the QR code, valid for two hours
   * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_ORDER_NOT_PAYABLE`
   * @example
   * const { code_url } = await wxpay.native(order);
   */
  native(order: Order, from?: Omit<Payer, 'openid'>): Promise<{ code_url: string }>;
  /**
   * Places an order for a payer in a mobile browser outside WeChat.
   *
   * @param from the payer's address, which must be the one that `h5_url` is opened from
   * @returns `h5_url`, where the payer goes, valid for five minutes
   * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID`, also without `clientIp` or `scene_info.h5_info`; `ERR_WXPAY_ORDER_NOT_PAYABLE`
   * @example
   * const { h5_url } = await wxpay.h5(order, { clientIp: ctx.ip });
   */
  h5(order: Order, from: { clientIp: string }): Promise<{ h5_url: string }>;
  /**
   * Places an order for a payer in a native app.
   *
   * @returns what the app hands to the WeChat SDK
   * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_ORDER_NOT_PAYABLE`
   * @example
   * ctx.body = await wxpay.app(order);
   */
  app(order: Order, from?: Omit<Payer, 'openid'>): Promise<AppParams>;
  /**
   * Asks WeChat for an order. With the credentials of both versions, v2 is asked too where v3 reports no payment.
   *
   * @throws {ApiError} `order_not_found` for a number that was never placed
   * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for a number that WeChat would not have given out
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791858
   * @example
   * const { trade_state } = await wxpay.queryOrder({ out_trade_no: 'A1000' });
   */
  queryOrder(ref: OrderRef): Promise<Transaction>;
  /**
   * Closes an unpaid order, so that it can no longer be paid. With the credentials of both versions it is closed in both.
   *
   * @throws {ApiError} `order_paid` it was paid meanwhile; `order_not_found`, `order_closed`
   * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for a number that WeChat would not have given out
   * @example
   * await wxpay.closeOrder('A1000');
   */
  closeOrder(out_trade_no: string): Promise<void>;
  /**
   * Gives money back once, however often it is called with the same `out_refund_no`. It resolves when WeChat has accepted the
   * refund, not when the payer has the money: that is reported to `refundNotifyUrl`, and by {@link Wxpay.queryRefund}. After a
   * {@link TransportError} call it again with the same request.
   *
   * @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID`
   * @throws {ApiError} `refund_mismatch` the number stands for another refund; `not_enough` on the merchant's account
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862
   * @example
   * const amount = { refund: 500, total: 1990 }; // fen
   * const { status } = await wxpay.refund({ transaction_id, out_refund_no: 'R1000', amount });
   */
  refund(request: RefundRequest): Promise<Refund>;
  /**
   * Asks WeChat how a refund stands.
   *
   * @throws {ApiError} `refund_not_found`
   * @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID` for a malformed number
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791863
   * @example
   * const { status } = await wxpay.queryRefund('R1000');
   */
  queryRefund(out_refund_no: string): Promise<Refund>;
  /**
   * Sends the money of a refund that ended as `ABNORMAL` (a bank account closed since) another way. API v3 only.
   *
   * @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID`, also for a merchant of API v2
   * @example
   * await wxpay.applyAbnormalRefund({ refund_id, out_refund_no: 'R1000', type: 'MERCHANT_BANK_CARD' });
   */
  applyAbnormalRefund(request: AbnormalRefundRequest): Promise<Refund>;
  /**
   * The rows of a day's trade bill, as they arrive. No row counts before the iteration has ended without an error: hash and sums
   * come last.
   *
   * @param date the day in Beijing, such as `2026-01-31`; its bill is ready the next day after ten in the morning
   * @throws {WxpayError} `ERR_WXPAY_BILL` the bill is broken, or an option is wrong
   * @throws {ApiError} `bill_not_ready`, `no_bill`
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791866
   * @example
   * for await (const row of wxpay.tradeBill('2026-01-31')) await store(row);
   */
  tradeBill(date: string, options?: TradeBillOptions): AsyncIterable<TradeBillRow>;
  /**
   * The rows of a day's fund-flow bill: every movement on the merchant's account. As {@link Wxpay.tradeBill}. API v2 asks for the
   * client certificate.
   *
   * @param date the day in Beijing, such as `2026-01-31`
   * @throws {WxpayError} `ERR_WXPAY_BILL`
   * @throws {ApiError} `bill_not_ready`, `no_bill`
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791867
   * @example
   * for await (const { direction, amount } of wxpay.fundFlowBill('2026-01-31')) add(direction, amount);
   */
  fundFlowBill(date: string, options?: FundFlowBillOptions): AsyncIterable<FundFlowBillRow>;
  /**
   * Reads a notification of either version: checks its signature, its merchant, its kind and the form of its facts. Whether an
   * order fits is for the caller to check.
   *
   * @param body the bytes that arrived, unchanged
   * @param headers Node's `req.headersDistinct`
   * @throws {VerificationError} it is not WeChat's, or not for this merchant: it must not be acknowledged
   * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
   * @example
   * const read = await wxpay.readNotification(body, req.headersDistinct);
   * if ('notice' in read) await settlement.settle(read.notice);
   */
  readNotification(body: Buffer, headers: HeadersDistinct): Promise<Notification>;
}
