import type { TradeState } from '../../core/vocabulary.js';

/** An order that a merchant asks for, through either API. Amounts in fen, times in Unix ms. */
export interface OrderRequest {
  api: 'v2' | 'v3';
  mchid: string;
  appid: string;
  out_trade_no: string;
  trade_type: string;
  description: string;
  total: number;
  currency: string;
  notify_url: string;
  /** The payer, as `appid` knows them. */
  openid?: string;
  /** Of a service provider: the merchant that it orders for … */
  sub_mchid?: string;
  /** … that merchant's account … */
  sub_appid?: string;
  /** … and the payer, as that account knows them. */
  sub_openid?: string;
  attach?: string;
  detail?: string;
  goods_tag?: string;
  timeExpire?: number;
  /** v2: the algorithm of the `paySign` of pages and of the notification. */
  sign_type?: 'MD5' | 'HMAC-SHA256';
  device_info?: string;
}

/** A coupon that pays a part of an order. */
export interface Coupon {
  coupon_id: string;
  amount: number;
  /** WeChat omits it occasionally. */
  type?: 'CASH' | 'NO_CASH';
}

/** The payment of an order. */
export interface LedgerPayment {
  transaction_id: string;
  openid: string;
  sub_openid?: string;
  bank_type: string;
  /** The total minus the coupons. */
  payer_total: number;
  coupons: readonly Coupon[];
  paidAt: number;
  /** Before this time, a query still says NOTPAY. */
  visibleFrom?: number;
}

/** A step in the life of an order. */
export interface OrderStep {
  at: number;
  step:
    | 'placed'
    | 'placed again'
    | 'payment failed'
    | 'paid'
    | 'closed'
    | 'closed by time'
    | 'refund accepted'
    | 'refund succeeded'
    | 'refund closed'
    | 'refund abnormal';
  /** The amount in fen, if the step has one. */
  amount?: number;
  /** More about it, for example the number of the refund. */
  detail?: string;
}

/** A prepay_id or an address that leads to the cashier. */
export interface OrderPass {
  key: string;
  expiresAt: number;
}

/** One order. It never leaves CLOSED, and leaves SUCCESS only for REFUND. */
export interface LedgerOrder extends OrderRequest {
  /** What distinguishes it from the orders of all merchants. */
  id: string;
  createdAt: number;
  /** Every prepay_id, the latest last. */
  prepays: OrderPass[];
  /** Every address that leads to the cashier. */
  links: OrderPass[];
  /** What happened to it, oldest first. */
  history: OrderStep[];
  closed: boolean;
  /** Its `time_expire`, at least a minute after it was created. */
  expiresAt?: number;
  payment?: LedgerPayment;
  /** Fen that were refunded or are being refunded. */
  refunded: number;
}

/** The actual state of an order. Queries may not report it yet, see `reportedState`. */
export const stateOf = (order: LedgerOrder): TradeState => {
  if (order.payment) return order.refunded > 0 ? 'REFUND' : 'SUCCESS';
  return order.closed ? 'CLOSED' : 'NOTPAY';
};

/** The state of an order that a query reports at this time. */
export const reportedState = (order: LedgerOrder, now: number): TradeState =>
  now < (order.payment?.visibleFrom ?? 0) ? 'NOTPAY' : stateOf(order);

const COMPARED = [
  'appid',
  'description',
  'total',
  'currency',
  'trade_type',
  'openid',
  'sub_appid',
  'sub_openid',
  'attach',
  'detail',
  'goods_tag',
  'timeExpire',
] as const satisfies readonly (keyof OrderRequest)[];

/** Whether a repeated order asks for the same. Nonce, IP addresses and `sign_type` may differ. */
export const sameOrder = (
  order: OrderRequest,
  repeated: OrderRequest,
  compareNotifyUrl: boolean,
): boolean =>
  COMPARED.every((field) => (order[field] ?? '') === (repeated[field] ?? '')) &&
  (!compareNotifyUrl || order.notify_url === repeated.notify_url);

/** The account that the payer uses and whose pages ask for the payment. */
export const payingAppid = ({ appid, sub_appid, sub_openid }: OrderRequest): string =>
  sub_openid !== undefined && sub_appid !== undefined ? sub_appid : appid;
