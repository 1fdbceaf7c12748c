import { defined, present } from '../../util/absent.js';
import { fromV2 } from '../beijing-time.js';
import { WxpayError } from '../errors.js';
import { type CheckedRefund, paymentOf } from '../refund.js';
import { checkTexts } from '../text-limits.js';
import type { Refund, RefundStatus } from '../vocabulary.js';
import type { MerchantV2 } from './merchant.js';
import { badAnswer, need, type OutgoingV2 } from './message.js';
import type { FieldsV2 } from './sign.js';
import { FEN } from './transaction.js';

const REFUND = '/secapi/pay/refund';
const QUERY = '/pay/refundquery';

/**
 * Builds the fields of `/secapi/pay/refund` from a request that passed the common checks.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936537
 * @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID` for what only API v3 can carry
 */
export function refundFields(request: CheckedRefund, notify_url: string): OutgoingV2 {
  const { out_refund_no, amount, reason, funds_account, goods_detail } = request;
  for (const [name, value] of Object.entries({ goods_detail, 'amount.from': amount.from })) {
    if (value !== undefined) throw new WxpayError('ERR_WXPAY_REFUND_INVALID', `"${name}" needs API v3`);
  }
  const fields = {
    ...paymentOf(request),
    out_refund_no,
    total_fee: amount.total,
    refund_fee: amount.refund,
    refund_fee_type: amount.currency ?? 'CNY',
    refund_desc: reason,
    refund_account: funds_account && ACCOUNTS[funds_account],
    notify_url: request.notify_url ?? notify_url,
  };
  checkTexts('v2', present(fields), 'ERR_WXPAY_REFUND_INVALID');
  return fields;
}

const ACCOUNTS = { AVAILABLE: 'REFUND_SOURCE_RECHARGE_FUNDS', UNSETTLED: 'REFUND_SOURCE_UNSETTLED_FUNDS' };

/** Reads the refund that WeChat accepted. Its outcome is reported later. */
export function readAcceptedRefund(merchant: MerchantV2, fields: FieldsV2): Refund {
  return refundOf(merchant, REFUND, (name) => fields.get(name), 'PROCESSING');
}

/**
 * Reads one refund of the answer of `/pay/refundquery`, which numbers the fields of each:
 * `refund_id_0`, `refund_id_1`, …
 *
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` when the answer contains other refunds only
 */
export function readQueriedRefund(merchant: MerchantV2, fields: FieldsV2, out_refund_no: string): Refund {
  const count = Number(need(QUERY, fields, 'refund_count'));
  for (let n = 0; n < count && n < 50; n++) {
    if (fields.get(`out_refund_no_${n}`) !== out_refund_no) continue;
    return refundOf(merchant, QUERY, (name) => fields.get(`${name}_${n}`) ?? fields.get(name));
  }
  throw badAnswer(QUERY, 'it speaks of other refunds');
}

/** The states of a refund in API v2, and what API v3 calls them. */
export const REFUND_STATES: ReadonlyMap<string | undefined, RefundStatus> = new Map([
  ['SUCCESS', 'SUCCESS'],
  ['REFUNDCLOSE', 'CLOSED'],
  ['CHANGE', 'ABNORMAL'],
  ['PROCESSING', 'PROCESSING'],
]);

/**
 * Reads the fields of a refund.
 *
 * @param status given where the message has no field for it
 */
export function refundOf(
  { mchid, sub_mchid }: MerchantV2,
  operation: string,
  field: (name: string) => string | undefined,
  status: RefundStatus | undefined = REFUND_STATES.get(field('refund_status')),
): Refund {
  const text = (name: string): string => field(name) || fail(name);
  const fen = (name: string): number => (FEN.test(field(name) ?? '') ? Number(field(name)) : fail(name));
  const fail = (name: string): never => {
    throw badAnswer(operation, `no usable ${name}`);
  };
  return present({
    mchid,
    sub_mchid,
    out_trade_no: text('out_trade_no'),
    transaction_id: text('transaction_id'),
    out_refund_no: text('out_refund_no'),
    refund_id: text('refund_id'),
    status: status ?? fail('refund_status'),
    success_time: fromV2(field('refund_success_time') ?? field('success_time') ?? ''),
    channel: field('refund_channel'),
    user_received_account: field('refund_recv_accout'),
    amount: defined({
      refund: fen('refund_fee'),
      total: fen('total_fee'),
      payer_refund: whole(field('cash_refund_fee')),
      payer_total: whole(field('cash_fee')),
      currency: field('refund_fee_type') || field('fee_type') || 'CNY',
    }),
  });
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
