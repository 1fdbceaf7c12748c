import { checkBillDate, resolveFundFlowBill, resolveTradeBill } from '../bills/options.js';
import { WxpayError } from '../errors.js';
import { FieldFault, readObject, text } from '../json.js';
import type { FundFlowBillOptions, TradeBillOptions } from '../vocabulary.js';
import { type FileLocation, locateFile } from './file-location.js';
import { type Call, type MerchantV3, query } from './merchant.js';

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791866 */
export function buildTradeBill(bill_date: string, options: TradeBillOptions, { sub_mchid }: MerchantV3): Call {
  const { bill_type, tar_type } = resolveTradeBill(options);
  const path = `/v3/bill/tradebill?${query({ bill_date: checkBillDate(bill_date), sub_mchid, bill_type, tar_type })}`;
  return { operation: 'the trade bill', method: 'GET', path };
}

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791867 */
export function buildFundFlowBill(bill_date: string, options: FundFlowBillOptions): Call {
  const { account_type, tar_type } = resolveFundFlowBill(options);
  const path = `/v3/bill/fundflowbill?${query({ bill_date: checkBillDate(bill_date), account_type, tar_type })}`;
  return { operation: 'the fund-flow bill', method: 'GET', path };
}

/** Where a bill lies. */
export interface BillLocation extends FileLocation {
  /** SHA-1 as lower-case hex. */
  sha1: string;
}

/**
 * Where to fetch a bill.
 *
 * @param own the configured base addresses, the first one first
 * @throws {WxpayError} `ERR_WXPAY_BILL`
 */
export function readBillLocation(body: Uint8Array, own: readonly string[]): BillLocation {
  const { url, sha1 } = readFields(body);
  const location = locateFile(url, own);
  if (location) return { ...location, sha1 };
  throw new WxpayError('ERR_WXPAY_BILL', 'the bill lies on a host that is not WeChat Pay: nothing was sent there');
}

function readFields(body: Uint8Array): { url: URL; sha1: string } {
  try {
    const answer = readObject(body) ?? {};
    text(answer, 'hash_type', /^SHA1$/);
    const sha1 = text(answer, 'hash_value', /^[0-9A-Fa-f]{40}$/).toLowerCase();
    const download_url = text(answer, 'download_url');
    if (!URL.canParse(download_url)) throw new FieldFault('download_url');
    return { url: new URL(download_url), sha1 };
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    throw new WxpayError('ERR_WXPAY_BILL', `the location of the bill cannot be used: ${error.message}`);
  }
}
