import { type Present, presentDeep } from '../../util/absent.js';
import { oneOf, optional, type Rules, readOptions } from '../../util/options.js';
import { WxpayError } from '../errors.js';
import type { FundFlowBillOptions, TradeBillOptions } from '../vocabulary.js';

const TRADE_BILL = {
  bill_type: optional(oneOf('ALL', 'SUCCESS', 'REFUND')),
  tar_type: optional(oneOf('GZIP')),
} satisfies Rules<TradeBillOptions>;

const FUND_FLOW_BILL = {
  account_type: optional(oneOf('BASIC', 'OPERATION', 'FEES')),
  tar_type: optional(oneOf('GZIP')),
} satisfies Rules<FundFlowBillOptions>;

/** @throws {TypeError} naming the option that is wrong */
export const resolveTradeBill = (options: TradeBillOptions): Present<TradeBillOptions> =>
  readOptions('tradeBill', presentDeep(options) ?? {}, TRADE_BILL) as Present<TradeBillOptions>;

/** @throws {TypeError} naming the option that is wrong */
export const resolveFundFlowBill = (options: FundFlowBillOptions): Present<FundFlowBillOptions> =>
  readOptions('fundFlowBill', presentDeep(options) ?? {}, FUND_FLOW_BILL) as Present<FundFlowBillOptions>;

/**
 * The day of a bill, in Beijing.
 *
 * @throws {WxpayError} `ERR_WXPAY_BILL` no day of the calendar
 */
export function checkBillDate(date: unknown): string {
  const found = typeof date === 'string' && /^\d{4}-\d\d-\d\d$/.test(date);
  if (found && new Date(date).toJSON()?.slice(0, 10) === date) return date;
  throw new WxpayError('ERR_WXPAY_BILL', 'a bill is asked for by a day such as 2026-01-31');
}
