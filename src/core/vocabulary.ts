/** The words both API versions share: v3's names, integer fen, RFC 3339 times. */

/** Where an order is paid: inside WeChat, by scanning a QR code, in a mobile browser outside WeChat, or in a native app. */
export type PayType = 'jsapi' | 'native' | 'h5' | 'app';

/** How WeChat Pay names a way of paying. */
export type TradeType = 'JSAPI' | 'NATIVE' | 'APP' | 'MWEB' | (string & {});

/** `REFUND` means "refunded at least in part"; the last three occur with payment codes only. */
export type TradeState =
  | 'SUCCESS'
  | 'REFUND'
  | 'NOTPAY'
  | 'CLOSED'
  | 'REVOKED'
  | 'USERPAYING'
  | 'PAYERROR'
  | (string & {});

/**
 * The value of an optional field: `undefined`, `null` and `''` (an empty column) all count as
 * absent.
 */
export type Maybe<T> = T | null | undefined;

/**
 * What the host knows about an order, in wire spelling and integer fen. A row of the host's own
 * table may be given as it is: fields that are not listed here are ignored. An order that is paid
 * has the `transaction_id` of the payment that paid it.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 */
export type Order = OrderFields & (PaidState | UnpaidState);

/** The state of an order that is paid. */
export interface PaidState {
  state: 'paid';
  /** The payment that paid it: a notification of another payment is reported as `second_payment`. */
  transaction_id: string;
}

/** The state of an order that is not paid, or no longer. */
export interface UnpaidState {
  /** Absent means `pending`. */
  state?: Maybe<'pending' | 'closed' | 'refunded'>;
  /** The payment that paid it, once it is known. */
  transaction_id?: Maybe<string>;
}

/** The fields of an order that do not depend on its state. */
export interface OrderFields {
  /** 6 to 32 of `0-9 A-Z a-z _ - | *`, unique per merchant, never reused for another purchase. */
  out_trade_no: string;
  /** Shown to the payer; at most 127 characters under API v3, and 128 bytes of UTF-8 under API v2. */
  description: string;
  /** `total` in fen, at least 1. `currency` defaults to `CNY`. */
  amount: { total: number; currency?: Maybe<string> };
  /** Checked against the merchant when given (hosts with several merchants). */
  mchid?: Maybe<string>;
  /**
   * The account it is placed with, one of those of `createWxpay`. A payment must name the same one where `findOrder` gives it.
   *
   * @default the first one
   */
  appid?: Maybe<string>;
  /** Checked when given (service providers: one `findOrder` for several sub-merchants must give it). */
  sub_mchid?: Maybe<string>;
  /** In partner mode: as `appid`, of the shop's accounts. */
  sub_appid?: Maybe<string>;
  /** Echoed in queries, notifications and bills; at most 128 bytes of UTF-8 under API v3, and 127 characters under API v2. */
  attach?: Maybe<string>;
  /** After this instant the order cannot be paid. WeChat honours the value of the first call only. */
  time_expire?: Maybe<Date>;
  /** For coupons; at most 32 characters. */
  goods_tag?: Maybe<string>;
  /** The goods, in v3's names under API v3; at most 6144 bytes as JSON (6144 characters under API v2). */
  detail?: Maybe<object>;
  /** `true` offers an electronic invoice. */
  support_fapiao?: Maybe<boolean>;
  settle_info?: Maybe<{ profit_sharing?: Maybe<boolean> }>;
  /** `['no_credit']` refuses credit cards. */
  limit_pay?: Maybe<string[]>;
  /** Where it is paid. API v3 takes it only together with the payer's `clientIp`. */
  scene_info?: Maybe<{
    device_id?: Maybe<string>;
    store_info?: Maybe<{
      id: string;
      name?: Maybe<string>;
      area_code?: Maybe<string>;
      address?: Maybe<string>;
    }>;
    /** Sent by `h5` only. @default { type: 'Wap' } */
    h5_info?: Maybe<{
      type: 'Wap' | 'iOS' | 'Android' | (string & {});
      app_name?: Maybe<string>;
      app_url?: Maybe<string>;
      bundle_id?: Maybe<string>;
      package_name?: Maybe<string>;
    }>;
  }>;
}

/** Who pays, and from where. */
export interface Payer {
  /** As seen by the appid that takes the payment (by `sub_appid` when `partner.sub_appid` is configured). */
  openid: string;
  /** The payer's IPv4 or IPv6 address. */
  clientIp?: Maybe<string>;
}

/** One of the two numbers an order is known by; `transaction_id` wins. */
export type OrderRef =
  | { out_trade_no: string; transaction_id?: Maybe<string> }
  | { transaction_id: string; out_trade_no?: Maybe<string> };

/** An order as WeChat Pay reports it. All amounts in fen, times in RFC 3339 (`+08:00`). */
export interface Transaction {
  appid: string;
  mchid: string;
  sub_appid?: string;
  sub_mchid?: string;
  out_trade_no: string;
  trade_state: TradeState;
  trade_state_desc?: string;
  /** Absent until the order is paid. */
  transaction_id?: string;
  trade_type?: TradeType;
  bank_type?: string;
  attach?: string;
  success_time?: string;
  /** `openid` belongs to `appid`, `sub_openid` to `sub_appid`. */
  payer?: { openid?: string; sub_openid?: string };
  /**
   * Compare `total`: `payer_total` is smaller with coupons. Absent until the order is paid (v2).
   */
  amount?: { total: number; payer_total?: number; currency: string; payer_currency?: string };
  promotion_detail?: Promotion[];
  /**
   * The whole answer of `queryOrder`, for fields that are not listed here. It is not enumerable. A
   * notice has its own `raw`.
   */
  raw?: unknown;
}

/** A coupon used in a payment; `amount` in fen. */
export interface Promotion {
  coupon_id: string;
  amount: number;
  /** v3 only: `CASH` counts towards settlement, `NOCASH` does not. v2 leaves it out now and then. */
  type?: string;
  name?: string;
  scope?: string;
  [field: string]: unknown;
}

/** A paid transaction: the facts that a shop credits. */
export interface Payment extends Transaction {
  trade_state: 'SUCCESS';
  /** The combined order that this one was paid with, where it was. */
  combine_out_trade_no?: string;
  transaction_id: string;
  amount: { total: number; payer_total?: number; currency: string; payer_currency?: string };
}

/** The state of a refund. `ABNORMAL` means that the money could not be returned to its source. */
export type RefundStatus = 'SUCCESS' | 'CLOSED' | 'PROCESSING' | 'ABNORMAL' | (string & {});

/** A refund as WeChat Pay reports it; amounts in fen. */
export interface Refund {
  mchid: string;
  sub_mchid?: string;
  out_trade_no: string;
  transaction_id: string;
  out_refund_no: string;
  refund_id: string;
  status: RefundStatus;
  success_time?: string;
  create_time?: string;
  channel?: string;
  user_received_account?: string;
  amount: { refund: number; total: number; payer_refund?: number; payer_total?: number; currency: string };
}

/**
 * A notification after every check of its origin and form. It is not compared with the order yet.
 */
export type Notice =
  | { type: 'payment.success'; payment: Payment; id?: string; raw: unknown }
  | {
      type: 'refund.success' | 'refund.abnormal' | 'refund.closed';
      refund: Refund;
      id?: string;
      raw: unknown;
      /** v2 refund notices carry no signature. */
      authenticity: 'signed' | 'encrypted-only';
    };

/** What a notification of another kind reports. There are about a hundred, and will be more. */
export type OtherEventType =
  | 'PROFITSHARING.SUCCESS'
  | 'PROFITSHARING.RETURN'
  | 'MCHTRANSFER.BILL.FINISHED'
  | 'MCHTRANSFER.BATCH.FINISHED'
  | 'MCHTRANSFER.BATCH.CLOSED'
  | 'COMPLAINT.CREATE'
  | 'COMPLAINT.STATE_CHANGE'
  | 'COUPON.USE'
  | (string & {});

/**
 * A notification of API v3 of any other kind than a payment and a refund, verified, decrypted and sent to this merchant. Its kind
 * is told by `event_type` together with `original_type`: profit that was shared is also reported as `TRANSACTION.SUCCESS`, of the
 * `original_type` `profitsharing`.
 */
export interface OtherNotice {
  type: 'other';
  /** The number of the notification: every copy of it has the same. */
  id: string;
  /** What happened. */
  event_type: OtherEventType;
  /** What kind of object was sealed, such as `mch_payment`. */
  original_type?: string;
  /** That object, decrypted. Its form is not checked. */
  resource: Readonly<Record<string, unknown>>;
  /** All that arrived, with the decrypted resource in its place. */
  raw: unknown;
}

/**
 * A notification that WeChat Pay sent to this merchant and that reports nothing to act on: one of API v2 that reports no success, or
 * one of a payment or refund whose content says something else.
 */
export interface IgnoredNotification {
  /** The number of the notification. API v3 only. */
  id?: string;
  /** What happened, such as `TRANSACTION.SUCCESS`. API v3 only. */
  event_type?: string;
  /** What kind of object was sealed, such as `transaction`. API v3 only. */
  original_type?: string;
  /** API v3: the resource, decrypted. API v2: every field of the message. */
  resource: Readonly<Record<string, unknown>>;
  /** All that arrived, with the decrypted resource in its place. */
  raw: unknown;
}

/** What a notification says, after every check of its origin. `combined`: a payment for each order of a combined order. */
export type NotificationContent =
  | { notice: Notice }
  | { combined: Notice[] }
  | { other: OtherNotice }
  | { ignored: IgnoredNotification };

/** What `WeixinJSBridge.invoke('getBrandWCPayRequest', …)` takes: six strings, `timeStamp` included (iOS rejects a number). */
export interface JsapiParams {
  appId: string;
  timeStamp: string;
  nonceStr: string;
  /** `prepay_id=…` */
  package: string;
  signType: 'RSA' | 'MD5' | 'HMAC-SHA256';
  paySign: string;
}

/** The same in the JS-SDK's spelling: `wx.chooseWXPay(…)` writes `timestamp` in lower case. */
export interface ChooseWXPayParams {
  timestamp: string;
  nonceStr: string;
  package: string;
  signType: JsapiParams['signType'];
  paySign: string;
}

/** The same for `wx.requestPayment(…)` of a mini program, which knows its own appid. */
export type RequestPaymentParams = Omit<JsapiParams, 'appId'>;

/** What a native app hands to the WeChat SDK. */
export interface AppParams {
  appid: string;
  partnerid: string;
  prepayid: string;
  package: 'Sign=WXPay';
  noncestr: string;
  timestamp: string;
  sign: string;
}

/** A refund to ask for. The same `out_refund_no` is the same refund, however often it is sent. */
export type RefundRequest = OrderRef & RefundDetails;

/** What a refund asks for, apart from the payment. */
export interface RefundDetails {
  /** 1 to 64 of `0-9 A-Z a-z _ - | * @`, chosen by the host and stored before the first call. */
  out_refund_no: string;
  /** Fen: what to give back, and what the order was paid with. `currency` defaults to `CNY`. */
  amount: {
    refund: number;
    total: number;
    currency?: Maybe<string>;
    /** API v3 only: which accounts of the merchant give how many fen. Together they give `refund`. */
    from?: Maybe<{ account: 'AVAILABLE' | 'UNAVAILABLE' | (string & {}); amount: number }[]>;
  };
  /** Shown to the payer; at most 80 characters. */
  reason?: Maybe<string>;
  /** Where the outcome is reported. @default the merchant's `refundNotifyUrl` */
  notify_url?: Maybe<string>;
  /** `AVAILABLE` takes the money from the available balance, not from what is not yet settled. */
  funds_account?: Maybe<'AVAILABLE' | 'UNSETTLED'>;
  /** API v3 only: which goods are given back. */
  goods_detail?: Maybe<object[]>;
}

/** Another way for a refund that ended as `ABNORMAL` (a bank account closed since). API v3 only. */
export interface AbnormalRefundRequest {
  refund_id: string;
  out_refund_no: string;
  /** To the payer's other bank card, or to the merchant's own account. */
  type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD';
  bank_type?: Maybe<string>;
  /** Encrypted before it leaves. */
  bank_account?: Maybe<string>;
  /** Encrypted before it leaves. */
  real_name?: Maybe<string>;
}

/** Which lines of the trade bill are wanted, and how they travel. */
export interface TradeBillOptions {
  /** @default 'ALL' */
  bill_type?: Maybe<'ALL' | 'SUCCESS' | 'REFUND'>;
  /** Travels compressed. @default none */
  tar_type?: Maybe<'GZIP'>;
}

/** Which account's bill is wanted, and how it travels. */
export interface FundFlowBillOptions {
  /** @default 'BASIC' */
  account_type?: Maybe<'BASIC' | 'OPERATION' | 'FEES'>;
  /** Travels compressed. @default none */
  tar_type?: Maybe<'GZIP'>;
}

/** A line of the trade bill: a payment, or a refund when `refund` is there. Fen; times in RFC 3339 (`+08:00`). */
export interface TradeBillRow {
  time: string;
  appid: string;
  mchid: string;
  sub_mchid?: string;
  transaction_id: string;
  out_trade_no: string;
  openid?: string;
  trade_type: TradeType;
  /** `SUCCESS` of a payment, `REFUND` of a refund, `REVOKED` of a revocation. */
  trade_state: TradeState;
  bank_type?: string;
  /** `total` as ordered; `settlement_total` without the coupons that do not count towards settlement. */
  amount: { total?: number; settlement_total?: number; coupon?: number; currency: string };
  refund?: {
    refund_id: string;
    out_refund_no: string;
    /** Fen asked for. */
    refund?: number;
    /** Fen given back without coupons. */
    settlement_refund?: number;
    status?: string;
    success_time?: string;
  };
  description?: string;
  attach?: string;
  /** Fen, where WeChat prints whole fen. */
  fee?: number;
  /** Every column as printed, by its Chinese heading. */
  columns: Readonly<Record<string, string>>;
}

/** A line of the fund-flow bill. Fen; times in RFC 3339 (`+08:00`). */
export interface FundFlowBillRow {
  time: string;
  /** WeChat's number of the business: the transaction_id of a payment, the refund_id of a refund. */
  businessId: string;
  flowId: string;
  businessName: string;
  businessType: string;
  direction: 'in' | 'out';
  /** Fen, never negative: `direction` says which way. */
  amount: number;
  /** Fen on the account afterwards. */
  balance: number;
  /** The host's own number: out_trade_no or out_refund_no. */
  voucherId?: string;
  remark?: string;
  columns: Readonly<Record<string, string>>;
}
