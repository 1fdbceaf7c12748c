import { defined } from '../../util/absent.js';
import { fromV2 } from '../beijing-time.js';
import { fen } from '../money.js';
import type { FundFlowBillRow, TradeBillRow } from '../vocabulary.js';
import type { Columns } from './reader.js';

/** Headings every trade bill has, whatever its type. */
export const TRADE_HEADINGS = ['交易时间', '公众账号ID', '商户号', '微信订单号', '商户订单号', '交易类型', '交易状态'];

/** Headings of the fund-flow bill. */
export const FUND_FLOW_HEADINGS = [
  '记账时间',
  '微信支付业务单号',
  '资金流水单号',
  '收支类型',
  '收支金额(元)',
  '账户结余(元)',
];

/**
 * The headings of one value, the current one first. Bills of the earlier format have 24 columns: they lack the amount that was
 * asked back, and name the others differently.
 */
const HEADINGS = {
  total: ['订单金额', '总金额'],
  settlement_total: ['应结订单金额'],
  coupon: ['代金券金额', '代金券或立减优惠金额'],
  refund: ['申请退款金额'],
  settlement_refund: ['退款金额'],
  sub_mchid: ['特约商户号', '子商户号'],
} as const;

/** The first column among these that the line has and that is not empty. */
const columnOf = (columns: Columns, headings: readonly string[]): string | undefined =>
  headings.find((heading) => columns[heading]);

/**
 * A line of the trade bill, of the current or of the earlier format. An amount the line does not have is absent from the row.
 *
 * @throws {TypeError} a time or an amount that cannot be read
 */
export function toTradeRow(columns: Columns): TradeBillRow {
  const text = (heading: string): string | undefined => columns[heading] || undefined;
  const money = (headings: readonly string[]): number | undefined => {
    const heading = columnOf(columns, headings);
    return heading === undefined ? undefined : amount(heading, columns[heading]);
  };
  const sub_mchid = columns[columnOf(columns, HEADINGS.sub_mchid) ?? ''];
  return defined({
    time: time(columns.交易时间),
    appid: columns.公众账号ID ?? '',
    mchid: columns.商户号 ?? '',
    // Bills of merchants without sub-merchants print "0" there.
    sub_mchid: sub_mchid === '0' ? undefined : sub_mchid || undefined,
    transaction_id: columns.微信订单号 ?? '',
    out_trade_no: columns.商户订单号 ?? '',
    openid: text('用户标识'),
    trade_type: columns.交易类型 ?? '',
    trade_state: columns.交易状态 ?? '',
    bank_type: text('付款银行'),
    amount: defined({
      total: money(HEADINGS.total),
      settlement_total: money(HEADINGS.settlement_total),
      coupon: money(HEADINGS.coupon),
      currency: text('货币种类') ?? 'CNY',
    }),
    refund: refundOf(columns, money),
    description: text('商品名称'),
    attach: text('商户数据包'),
    fee: wholeFen(columns.手续费),
    columns,
  });
}

function refundOf(
  columns: Columns,
  money: (headings: readonly string[]) => number | undefined,
): TradeBillRow['refund'] {
  const refund_id = columns.微信退款单号;
  // Payments carry "0" in the columns of refunds.
  if (!refund_id || refund_id === '0') return undefined;
  const success_time = columns.退款成功时间;
  // In the earlier format 退款金额 is the whole refund, and its coupons stand beside it.
  const earlier = '代金券或立减优惠退款金额' in columns;
  return defined({
    refund_id,
    out_refund_no: columns.商户退款单号 ?? '',
    refund: money(earlier ? HEADINGS.settlement_refund : HEADINGS.refund),
    settlement_refund: earlier ? undefined : money(HEADINGS.settlement_refund),
    status: columns.退款状态 || undefined,
    success_time: success_time ? fromV2(success_time) : undefined,
  });
}

const DIRECTIONS: Readonly<Record<string, FundFlowBillRow['direction']>> = { 收入: 'in', 支出: 'out' };

/** @throws {TypeError} a time, a direction or an amount that is none */
export function toFundFlowRow(columns: Columns): FundFlowBillRow {
  const direction = DIRECTIONS[columns.收支类型 ?? ''];
  const total = amount('收支金额(元)', columns['收支金额(元)']);
  const balance = amount('账户结余(元)', columns['账户结余(元)']);
  if (!direction || total === undefined || balance === undefined)
    throw new TypeError('no direction, amount or balance');
  return defined({
    time: time(columns.记账时间),
    businessId: columns.微信支付业务单号 ?? '',
    flowId: columns.资金流水单号 ?? '',
    businessName: columns.业务名称 ?? '',
    businessType: columns.业务类型 ?? '',
    direction,
    amount: total,
    balance,
    voucherId: columns.业务凭证号 || undefined,
    remark: columns.备注 || undefined,
    columns,
  });
}

function time(text = ''): string {
  const found = fromV2(text);
  if (!found) throw new TypeError('not a time');
  return found;
}

function amount(heading: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    // Zeros after the second decimal change no amount.
    return fen(text.replace(/(\.\d\d)0+$/, '$1'));
  } catch {
    throw new TypeError(`${heading} is not an amount of yuan`);
  }
}

/** Fees are printed with up to five decimals; one that is no whole number of fen is left to its column. */
function wholeFen(text = ''): number | undefined {
  const [, printed] = /^(-?\d+(?:\.\d{1,2})?)0*$/.exec(text) ?? [];
  return printed === undefined ? undefined : fen(printed);
}
