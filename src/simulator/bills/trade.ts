import { toRfc3339 } from '../../core/beijing-time.js';
import { yuan } from '../../core/money.js';
import type { LedgerOrder, LedgerPayment } from '../ledger/order.js';
import type { LedgerRefund } from '../ledger/refunds.js';
import { TRADE_HEADINGS, type TradeBillType } from './headings.js';
import { billLines, feeOf, feeText, type Lines, sum } from './lines.js';

type Row = Record<string, string>;

/** The payments and refunds of a bill. */
export interface Trades {
  payments: readonly (LedgerOrder & { payment: LedgerPayment })[];
  refunds: readonly LedgerRefund[];
}

/** A time in Unix milliseconds as bills write it: `2026-01-31 12:34:56` in Beijing. */
export const billTime = (time: number): string =>
  toRfc3339(new Date(time)).slice(0, 19).replace('T', ' ');

const common = (order: LedgerOrder): Row => ({
  公众账号ID: order.appid,
  商户号: order.mchid,
  特约商户号: order.sub_mchid ?? '0',
  设备号: order.device_info ?? '',
  微信订单号: order.payment?.transaction_id ?? '',
  商户订单号: order.out_trade_no,
  用户标识: order.payment?.openid ?? '',
  交易类型: order.trade_type,
  付款银行: order.payment?.bank_type ?? '',
  货币种类: order.currency,
  商品名称: order.description,
  商户数据包: order.attach ?? '',
  费率: '0.60%',
});

export const paymentRow = (order: Trades['payments'][number]): Row => ({
  ...common(order),
  交易时间: billTime(order.payment.paidAt),
  交易状态: 'SUCCESS',
  应结订单金额: yuan(order.total),
  代金券金额: yuan(order.total - order.payment.payer_total),
  微信退款单号: '0',
  商户退款单号: '0',
  退款金额: '0.00',
  充值券退款金额: '0.00',
  手续费: feeText(feeOf(order.total)),
  订单金额: yuan(order.total),
  申请退款金额: '0.00',
});

const refundRow = (refund: LedgerRefund): Row => ({
  ...common(refund.order),
  交易时间: billTime(refund.createdAt),
  交易状态: 'REFUND',
  应结订单金额: '0.00',
  代金券金额: '0.00',
  退款申请时间: billTime(refund.createdAt),
  退款成功时间: refund.succeededAt === undefined ? '' : billTime(refund.succeededAt),
  微信退款单号: refund.refund_id,
  商户退款单号: refund.out_refund_no,
  退款金额: yuan(refund.payer_refund),
  充值券退款金额: yuan(refund.refund - refund.payer_refund),
  退款类型: 'ORIGINAL',
  退款状态: refund.state,
  手续费: feeText(-feeOf(refund.refund)),
  订单金额: '0.00',
  申请退款金额: yuan(refund.refund),
});

/** The trade bill; `undefined` when it would have no row. */
export function tradeBill(trades: Trades, type: TradeBillType): Lines | undefined {
  const payments = type === 'REFUND' ? [] : trades.payments;
  const refunds = type === 'SUCCESS' ? [] : trades.refunds;
  if (payments.length + refunds.length === 0) return undefined;
  const asked = sum(refunds.map(({ refund }) => refund));
  const cash = sum(refunds.map(({ payer_refund }) => payer_refund));
  const paymentFees = sum(payments.map(({ total }) => feeOf(total)));
  const refundFees = sum(refunds.map(({ refund }) => feeOf(refund)));
  const sums = sumsRow({
    count: payments.length + refunds.length,
    ordered: sum(payments.map(({ total }) => total)),
    cash,
    coupons: asked - cash,
    fees: paymentFees - refundFees,
    asked,
  });
  const rows = [...payments.map(paymentRow), ...refunds.map(refundRow)];
  return () => billLines(TRADE_HEADINGS[type], rows, sums);
}

type Sums = Record<'count' | 'ordered' | 'cash' | 'coupons' | 'fees' | 'asked', number>;

export const sumsRow = (fen: Sums): Row => ({
  总交易单数: String(fen.count),
  应结订单总金额: yuan(fen.ordered),
  退款总金额: yuan(fen.cash),
  充值券退款总金额: yuan(fen.coupons),
  手续费总金额: feeText(fen.fees),
  订单总金额: yuan(fen.ordered),
  申请退款总金额: yuan(fen.asked),
});
