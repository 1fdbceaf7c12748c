import type { TradeState } from '../../core/vocabulary.js';

/** What a merchant asked for, whichever API it spoke. Amounts in fen, times in Unix seconds. */
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
  /** Who pays, as `appid` knows them … */
  openid?: string;
  /** … and, for a service provider, the merchant it orders for, that one's account and the payer as that account knows them. */
  sub_mchid?: string;
  sub_appid?: string;
  sub_openid?: string;
  attach?: string;
  detail?: string;
  goods_tag?: string;
  time_expire?: number;
  /** v2: what the pages' `paySign` and the notification are signed with. */
  sign_type?: 'MD5' | 'HMAC-SHA256';
  device_info?: string;
}

export interface Coupon {
  coupon_id: string;
  amount: number;
  /** Left out now and then, as WeChat does. */
  type?: 'CASH' | 'NO_CASH';
}

export interface LedgerPayment {
  transaction_id: string;
  openid: string;
  sub_openid?: string;
  bank_type: string;
  /** Total less coupons. */
  payer_total: number;
  coupons: readonly Coupon[];
  paid_at: number;
  /** Until then a query still says NOTPAY. */
  visible_from: number;
}

/** One order. There is no way back from CLOSED, and none from SUCCESS but REFUND. */
export interface LedgerOrder extends OrderRequest {
  created_at: number;
  prepay_ids: string[];
  closed: boolean;
  /** Its `time_expire`, at least a minute after ordering. */
  expires_at?: number;
  payment?: LedgerPayment;
  /** Fen given back, or on their way. */
  refunded: number;
}

/** The order as it is, known to nobody outside yet while `lag` holds it back. */
export const stateOf = (order: LedgerOrder): TradeState => {
  if (order.payment) return order.refunded > 0 ? 'REFUND' : 'SUCCESS';
  return order.closed ? 'CLOSED' : 'NOTPAY';
};

/** The order as a query tells it at that time. */
export const reportedState = (order: LedgerOrder, now: number): TradeState =>
  order.payment && now < order.payment.visible_from ? 'NOTPAY' : stateOf(order);

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
  'time_expire',
] as const satisfies readonly (keyof OrderRequest)[];

/** Whether ordering a number again asks for the same thing; nonce, addresses and `sign_type` may differ. */
export const sameOrder = (order: OrderRequest, again: OrderRequest, compareNotifyUrl: boolean): boolean =>
  COMPARED.every((field) => (order[field] ?? '') === (again[field] ?? '')) &&
  (!compareNotifyUrl || order.notify_url === again.notify_url);

/** The account whose people pay, and whose pages ask for it. */
export const payingAppid = (order: OrderRequest): string =>
  order.sub_openid !== undefined && order.sub_appid !== undefined ? order.sub_appid : order.appid;
