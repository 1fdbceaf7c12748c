import { WxpayError } from '../errors.js';
import type { FundFlowBillOptions, TradeBillOptions } from '../vocabulary.js';
import type { OutgoingV2 } from './message.js';

const ACCOUNTS = { BASIC: 'Basic', OPERATION: 'Operation', FEES: 'Fees' };

/** @see https://pay.weixin.qq.com/doc/v2/merchant/4011936538 */
export const tradeBillFields = (date: string, { bill_type = 'ALL', tar_type }: TradeBillOptions): OutgoingV2 => ({
  bill_date: compact(date),
  bill_type,
  tar_type,
});

export const fundFlowBillFields = (
  date: string,
  { account_type = 'BASIC', tar_type }: FundFlowBillOptions,
): OutgoingV2 => ({
  bill_date: compact(date),
  account_type: ACCOUNTS[account_type],
  tar_type,
});

function compact(date: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(date))
    throw new WxpayError('ERR_WXPAY_BILL', 'a bill is asked for by day: "2026-01-31"');
  return date.replaceAll('-', '');
}
