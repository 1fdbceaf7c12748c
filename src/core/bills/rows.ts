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

/** @throws {TypeError} a time or an amount that is none */
export function toTradeRow(columns: Columns): TradeBillRow {
  const text = (heading: string): string | undefined => columns[heading] || undefined;
  const money = (heading: string): number | undefined => amount(heading, columns[heading]);
  // Special merchants' columns say "0" where there is none.
  const sub_mchid = text('特约商户号') === '0' ? undefined : text('特约商户号');
  const openid = text('用户标识');
  return {
    trade_time: time(columns.交易时间),
    appid: columns.公众账号ID ?? '',
    mchid: columns.商户号 ?? '',
    ...(sub_mchid && { sub_mchid }),
    transaction_id: columns.微信订单号 ?? '',
    out_trade_no: columns.商户订单号 ?? '',
    ...(openid && { openid }),
    trade_type: columns.交易类型 ?? '',
    trade_state: columns.交易状态 ?? '',
    ...optional('bank_type', text('付款银行')),
    amount: {
      ...optional('total', money('订单金额')),
      ...optional('settlement_total', money('应结订单金额')),
      ...optional('coupon', money('代金券金额')),
      currency: text('货币种类') ?? 'CNY',
    },
    ...optional('refund', refundOf(text, money)),
    ...optional('description', text('商品名称')),
    ...optional('attach', text('商户数据包')),
    ...optional('fee', wholeFen(columns.手续费)),
    columns,
  };
}

function refundOf(
  text: (heading: string) => string | undefined,
  money: (heading: string) => number | undefined,
): TradeBillRow['refund'] {
  const refund_id = text('微信退款单号');
  // Payments carry "0" in the columns of refunds.
  if (refund_id === undefined || refund_id === '0') return undefined;
  const success_time = text('退款成功时间');
  return {
    refund_id,
    out_refund_no: text('商户退款单号') ?? '',
    ...optional('refund', money('申请退款金额')),
    ...optional('settlement_refund', money('退款金额')),
    ...optional('status', text('退款状态')),
    ...optional('success_time', success_time && fromV2(success_time)),
  };
}

const DIRECTIONS: Readonly<Record<string, FundFlowBillRow['direction']>> = { 收入: 'in', 支出: 'out' };

/** @throws {TypeError} a time, a direction or an amount that is none */
export function toFundFlowRow(columns: Columns): FundFlowBillRow {
  const direction = DIRECTIONS[columns.收支类型 ?? ''];
  const total = amount('收支金额(元)', columns['收支金额(元)']);
  const balance = amount('账户结余(元)', columns['账户结余(元)']);
  if (!direction || total === undefined || balance === undefined)
    throw new TypeError('no direction, amount or balance');
  return {
    time: time(columns.记账时间),
    businessId: columns.微信支付业务单号 ?? '',
    flowId: columns.资金流水单号 ?? '',
    businessName: columns.业务名称 ?? '',
    businessType: columns.业务类型 ?? '',
    direction,
    amount: total,
    balance,
    ...optional('voucherId', columns.业务凭证号 || undefined),
    ...optional('remark', columns.备注 || undefined),
    columns,
  };
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined || value === '' ? {} : { [name]: value }) as { [name in Name]?: Exclude<Value, undefined> };

function time(text = ''): string {
  const found = fromV2(text);
  if (!found) throw new TypeError('not a time');
  return found;
}

function amount(heading: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return fen(text);
  } catch {
    throw new TypeError(`${heading} is not an amount of yuan`);
  }
}

/** Fees are printed with five decimals; a part of a fen is left to the column. */
function wholeFen(text = ''): number | undefined {
  const found = /^(-?\d+\.\d\d)0*$/.exec(text);
  return found ? fen(found[1]!) : undefined;
}
