import type { Account } from '../../core/accounts.js';
import type { PlaceableOrder } from '../../core/order-rules.js';
import type { PaymentRef } from '../../core/refund.js';
import type {
  AbnormalRefundRequest,
  AppParams,
  FundFlowBillOptions,
  FundFlowBillRow,
  JsapiParams,
  NotificationContent,
  PayType,
  Refund,
  RefundRequest,
  TradeBillOptions,
  TradeBillRow,
  Transaction,
} from '../../core/vocabulary.js';
import type { HeadersDistinct, NotificationFormat } from './notification-format.js';

/** Who pays, and from where: `jsapi` needs an openid, and `h5` an address. */
export interface PayingFrom {
  openid?: string;
  clientIp?: string;
}

/**
 * What a merchant can do, in v3's vocabulary, once the host's input was checked. API v2 and API v3 are the two implementations.
 */
export interface Protocol {
  /** Fetches what must be fetched before the first payment. */
  ready(): Promise<void>;
  /** Places the order; resolves to the `prepay_id` of `jsapi` and `app`, the `code_url` of `native`, or the `h5_url`. */
  place(type: PayType, order: PlaceableOrder, from: PayingFrom): Promise<string>;
  /** @param account that the order was placed with */
  jsapiParams(prepay_id: string, account: Account): JsapiParams;
  appParams(prepay_id: string, account: Account): AppParams;
  queryOrder(ref: PaymentRef): Promise<Transaction>;
  closeOrder(out_trade_no: string): Promise<void>;
  /** Gives money back once, however often it is called with the same `out_refund_no`. Resolves when accepted, not when done. */
  refund(request: RefundRequest): Promise<Refund>;
  queryRefund(out_refund_no: string): Promise<Refund>;
  /** A new way for a refund that ended as `ABNORMAL`. API v3 only. */
  applyAbnormalRefund(request: AbnormalRefundRequest): Promise<Refund>;
  /** The rows of a day's bill (`2026-01-31`, Beijing), as they arrive; none counts before the iteration has ended without an error. */
  tradeBill(date: string, options?: TradeBillOptions): AsyncIterable<TradeBillRow>;
  fundFlowBill(date: string, options?: FundFlowBillOptions): AsyncIterable<FundFlowBillRow>;
  /** How its notifications arrive and are answered. */
  readonly format: NotificationFormat;
  /** Steps 3 to 9 of the notification checks. */
  readNotification(body: Buffer, headers: HeadersDistinct): Promise<NotificationContent>;
}
