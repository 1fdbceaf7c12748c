import type { TradeState } from '../../core/vocabulary.js';
import { type LedgerOrder, stateOf } from './order.js';
import type { LedgerRefund, RefundState } from './refunds.js';

/** An order, for people and tests to look at. Amounts in fen, times in Unix milliseconds. */
export interface OrderView {
  /** The API that ordered last. */
  api: 'v2' | 'v3';
  mchid: string;
  appid: string;
  sub_mchid?: string;
  sub_appid?: string;
  out_trade_no: string;
  description: string;
  total: number;
  currency: string;
  trade_type: string;
  notify_url: string;
  /** The actual state. A query may still say NOTPAY while `lag` is set. */
  trade_state: TradeState;
  openid?: string;
  sub_openid?: string;
  attach?: string;
  prepayIds: readonly string[];
  createdAt: number;
  transaction_id?: string;
  payer_total?: number;
  paidAt?: number;
  /** Fen that were refunded or are being refunded. */
  refunded: number;
}

/** The part of an order that is shown. */
export function viewOf(order: LedgerOrder): OrderView {
  const { api, mchid, appid, sub_mchid, sub_appid, openid, sub_openid, attach, payment } = order;
  return {
    api,
    mchid,
    appid,
    ...(sub_mchid && { sub_mchid }),
    ...(sub_appid && { sub_appid }),
    out_trade_no: order.out_trade_no,
    description: order.description,
    total: order.total,
    currency: order.currency,
    trade_type: order.trade_type,
    notify_url: order.notify_url,
    trade_state: stateOf(order),
    ...(openid && { openid }),
    ...(sub_openid && { sub_openid }),
    ...(attach && { attach }),
    prepayIds: order.prepays.map(({ key }) => key),
    createdAt: order.createdAt,
    ...(payment && {
      transaction_id: payment.transaction_id,
      payer_total: payment.payer_total,
      paidAt: payment.paidAt,
    }),
    refunded: order.refunded,
  };
}

/** A refund, for people and tests to look at. Amounts in fen, times in Unix milliseconds. */
export interface RefundView {
  /** The API that asked for it, or `'hand'` for the merchant platform. */
  by: 'v2' | 'v3' | 'hand';
  mchid: string;
  out_trade_no: string;
  out_refund_no: string;
  refund_id: string;
  refund: number;
  total: number;
  state: RefundState;
  reason?: string;
  createdAt: number;
  succeededAt?: number;
}

/** The part of a refund that is shown. */
export function refundViewOf(refund: LedgerRefund): RefundView {
  const { by, order, reason, succeededAt } = refund;
  return {
    by,
    mchid: order.mchid,
    out_trade_no: order.out_trade_no,
    out_refund_no: refund.out_refund_no,
    refund_id: refund.refund_id,
    refund: refund.refund,
    total: refund.total,
    state: refund.state,
    ...(reason !== undefined && { reason }),
    createdAt: refund.createdAt,
    ...(succeededAt !== undefined && { succeededAt }),
  };
}
