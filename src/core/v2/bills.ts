import { checkBillDate, resolveFundFlowBill, resolveTradeBill } from '../bills/options.js';
import type { FundFlowBillOptions, TradeBillOptions } from '../vocabulary.js';
import type { OutgoingV2 } from './message.js';

const ACCOUNTS = { BASIC: 'Basic', OPERATION: 'Operation', FEES: 'Fees' };

/** @see https://pay.weixin.qq.com/doc/v2/merchant/4011936538 */
export function tradeBillFields(date: string, options: TradeBillOptions): OutgoingV2 {
  const { bill_type = 'ALL', tar_type } = resolveTradeBill(options);
  return { bill_date: compact(date), bill_type, tar_type };
}

/** @see https://pay.weixin.qq.com/doc/v2/merchant/4011936539 */
export function fundFlowBillFields(date: string, options: FundFlowBillOptions): OutgoingV2 {
  const { account_type = 'BASIC', tar_type } = resolveFundFlowBill(options);
  return { bill_date: compact(date), account_type: ACCOUNTS[account_type], tar_type };
}

const compact = (date: string): string => checkBillDate(date).replaceAll('-', '');
