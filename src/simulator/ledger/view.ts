import type { TradeState } from '../../core/vocabulary.js';
import { type LedgerOrder, stateOf } from './order.js';
import type { LedgerRefund, RefundState } from './refunds.js';

/** An order for people and tests to look at; amounts in fen, times in Unix seconds. */
export interface OrderView {
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
  /** As it is; a query may still say NOTPAY while `lag` is set. */
  trade_state: TradeState;
  openid?: string;
  sub_openid?: string;
  attach?: string;
  prepay_ids: readonly string[];
  created_at: number;
  transaction_id?: string;
  payer_total?: number;
  paid_at?: number;
  refunded: number;
}

/** What is shown of an order. */
export function viewOf(order: LedgerOrder): OrderView {
  const { mchid, appid, out_trade_no, description, total, currency, trade_type, prepay_ids, created_at, refunded } =
    order;
  const { api, openid, sub_openid, sub_mchid, sub_appid, attach, payment } = order;
  return {
    ...{ api, mchid, appid, out_trade_no, description, total, currency, trade_type, trade_state: stateOf(order) },
    ...(sub_mchid && { sub_mchid }),
    ...(sub_appid && { sub_appid }),
    ...(openid && { openid }),
    ...(sub_openid && { sub_openid }),
    ...(attach && { attach }),
    ...{ prepay_ids: [...prepay_ids], created_at, refunded },
    ...(payment && {
      transaction_id: payment.transaction_id,
      payer_total: payment.payer_total,
      paid_at: payment.paid_at,
    }),
  };
}

/** A refund for people and tests to look at; fen, Unix seconds. */
export interface RefundView {
  /** Which API asked for it; `hand`: somebody in the merchant platform. */
  by: 'v2' | 'v3' | 'hand';
  mchid: string;
  out_trade_no: string;
  out_refund_no: string;
  refund_id: string;
  refund: number;
  total: number;
  state: RefundState;
  reason?: string;
  created_at: number;
  success_time?: number;
}

/** What is shown of a refund. */
export function refundViewOf(shown: LedgerRefund): RefundView {
  const { by, order, out_refund_no, refund_id, refund, total, state, reason, created_at, success_time } = shown;
  const { mchid, out_trade_no } = order;
  return {
    ...{ by, mchid, out_trade_no, out_refund_no, refund_id, refund, total, state, created_at },
    ...(reason !== undefined && { reason }),
    ...(success_time !== undefined && { success_time }),
  };
}
