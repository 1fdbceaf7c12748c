import { toRfc3339 } from '../../core/beijing-time.js';
import { yuan } from '../../core/money.js';
import type { LedgerOrder, LedgerPayment } from '../ledger/order.js';
import type { LedgerRefund } from '../ledger/refunds.js';
import { billLines, END, feeOf, feeText, type Lines } from './lines.js';

export type TradeBillType = 'ALL' | 'SUCCESS' | 'REFUND';
type Row = Record<string, string>;

const HEAD =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类';
const REFUND = '微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态';
const HEADINGS: Record<TradeBillType, string[]> = {
  ALL: `${HEAD},应结订单金额,代金券金额,${REFUND},商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注`.split(
    ',',
  ),
  SUCCESS: `${HEAD},应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注`.split(','),
  REFUND:
    `${HEAD},应结订单金额,代金券金额,退款申请时间,退款成功时间,${REFUND},商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注`.split(
      ',',
    ),
};

/** What a bill is about. */
export interface Trades {
  payments: readonly (LedgerOrder & { payment: LedgerPayment })[];
  refunds: readonly LedgerRefund[];
}

/** `2026-01-31 12:34:56`, Beijing. */
export const billTime = (seconds: number): string =>
  toRfc3339(new Date(seconds * 1000))
    .slice(0, 19)
    .replace('T', ' ');

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

const paymentRow = (order: Trades['payments'][number]): Row => ({
  ...common(order),
  交易时间: billTime(order.payment.paid_at),
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
  交易时间: billTime(refund.created_at),
  交易状态: 'REFUND',
  应结订单金额: '0.00',
  代金券金额: '0.00',
  退款申请时间: billTime(refund.created_at),
  退款成功时间: refund.success_time === undefined ? '' : billTime(refund.success_time),
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

/** The trade bill; undefined when it would have no line. */
export function tradeBill({ payments, refunds }: Trades, type: TradeBillType): Lines | undefined {
  const paid = type === 'REFUND' ? [] : payments;
  const returned = type === 'SUCCESS' ? [] : refunds;
  if (paid.length + returned.length === 0) return undefined;
  const ordered = sum(paid.map(({ total }) => total));
  const asked = sum(returned.map(({ refund }) => refund));
  const cash = sum(returned.map(({ payer_refund }) => payer_refund));
  const sums = {
    count: paid.length + returned.length,
    ordered,
    cash,
    coupons: asked - cash,
    fees: sum(paid.map(({ total }) => feeOf(total))) - sum(returned.map(({ refund }) => feeOf(refund))),
    asked,
  };
  return () => billLines(HEADINGS[type], [...paid.map(paymentRow), ...returned.map(refundRow)], sumsOf(sums));
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const sumsOf = (fen: Record<'count' | 'ordered' | 'cash' | 'coupons' | 'fees' | 'asked', number>): Row => ({
  总交易单数: String(fen.count),
  应结订单总金额: yuan(fen.ordered),
  退款总金额: yuan(fen.cash),
  充值券退款总金额: yuan(fen.coupons),
  手续费总金额: feeText(fen.fees),
  订单总金额: yuan(fen.ordered),
  申请退款总金额: yuan(fen.asked),
});

const MARK = 'NNNNNNNNNN';
const BLOCK = 500;

/** The same line over and over, with its number in the place of every mark: written as bytes, for there may be millions. */
function numbered(line: string, from: number, to: number): Buffer {
  const bytes = Buffer.from(line + END);
  const places: number[] = [];
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length)) places.push(at);
  const block = Buffer.alloc(bytes.length * (to - from), bytes);
  for (let n = from; n < to; n++) {
    const number = String(n).padStart(MARK.length, '0');
    for (const place of places) block.write(number, (n - from) * bytes.length + place, 'latin1');
  }
  return block;
}

/** A trade bill of so many payments nobody made: the same lines every time, one at a time and quickly. */
export function madeUpBill(mchid: string, appid: string, rows: number, from: number): Lines {
  const total = 1990;
  const paid_at = from + 12 * 3600;
  const row = paymentRow({
    ...{ api: 'v3', mchid, appid, out_trade_no: `MADEUP${MARK}`, trade_type: 'JSAPI', total, currency: 'CNY' },
    ...{ description: '明前龙井', notify_url: '', created_at: from, prepay_ids: [], closed: false, refunded: 0 },
    payment: {
      ...{ transaction_id: `420000000020260101${MARK}`, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
      ...{ bank_type: 'OTHERS', payer_total: total, coupons: [], paid_at, visible_from: paid_at },
    },
  });
  const amounts = { ordered: total * rows, cash: 0, coupons: 0, fees: feeOf(total) * rows, asked: 0 };
  return function* lines() {
    const [headings, line, sumHeadings, sums] = billLines(HEADINGS.ALL, [row], sumsOf({ count: rows, ...amounts }));
    yield headings as string;
    for (let n = 0; n < rows; n += BLOCK) yield numbered(line as string, n, Math.min(n + BLOCK, rows));
    yield sumHeadings as string;
    yield sums as string;
  };
}
