import { z } from 'zod';
import { defined, present } from '../../util/absent.js';
import { type CheckedAbnormalRefund, type CheckedRefund, paymentOf } from '../refund.js';
import { checkTexts } from '../text-limits.js';
import type { Refund } from '../vocabulary.js';
import { type Call, type MerchantV3, query } from './merchant.js';
import { currency, fenAmount, fenAtLeastOne, out_refund_no, out_trade_no, refund_id, transaction_id } from './shape.js';

const BASE = '/v3/refund/domestic/refunds';

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862 */
export function buildRefund(request: CheckedRefund, { sub_mchid, refundNotifyUrl }: MerchantV3): Call {
  const { out_refund_no, reason, funds_account, goods_detail } = request;
  const { refund, total, currency = 'CNY', from } = request.amount;
  const body = present({
    sub_mchid,
    ...paymentOf(request),
    out_refund_no,
    reason,
    // Always sent: with a platform default only, WeChat reports the outcome as a v2 message.
    notify_url: request.notify_url ?? refundNotifyUrl,
    funds_account,
    amount: present({ refund, total, currency, from }),
    goods_detail,
  });
  checkTexts('v3', body, 'ERR_WXPAY_REFUND_INVALID');
  return { operation: 'the refund', method: 'POST', path: BASE, body };
}

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791863 */
export function buildRefundQuery(out_refund_no: string, { sub_mchid }: MerchantV3): Call {
  const path = `${BASE}/${encodeURIComponent(out_refund_no)}${sub_mchid === undefined ? '' : `?${query({ sub_mchid })}`}`;
  return { operation: 'the refund query', method: 'GET', path };
}

/**
 * A new way for a refund that ended as `ABNORMAL`.
 *
 * @param seal encrypts to the platform key that the request's `Wechatpay-Serial` names
 */
export function buildAbnormalRefund(
  request: CheckedAbnormalRefund,
  { sub_mchid }: MerchantV3,
  seal: (text: string) => string,
): Call {
  const { refund_id, out_refund_no, type, bank_type, bank_account, real_name } = request;
  const body = present({
    sub_mchid,
    out_refund_no,
    type,
    bank_type,
    bank_account: bank_account === undefined ? undefined : seal(bank_account),
    real_name: real_name === undefined ? undefined : seal(real_name),
  });
  const path = `${BASE}/${encodeURIComponent(refund_id)}/apply-abnormal-refund`;
  return { operation: 'the abnormal refund', method: 'POST', path, body };
}

// what decides nothing may be missing, null or new
const text = z.string().optional().catch(undefined);

const shape = z.looseObject({
  refund_id,
  out_refund_no,
  transaction_id,
  out_trade_no,
  // Answers say `status`, notifications `refund_status`.
  status: text,
  refund_status: text,
  channel: text,
  user_received_account: text,
  success_time: text,
  create_time: text,
  amount: z
    .looseObject({
      refund: fenAtLeastOne,
      total: fenAtLeastOne,
      payer_refund: fenAmount.optional().catch(undefined),
      payer_total: fenAmount.optional().catch(undefined),
      currency: currency.default('CNY'),
    })
    .refine(({ refund, total }) => refund <= total, { path: ['refund'] }),
});

/**
 * A refund object of an answer or a notification, in the vocabulary; whose it is, is not its business.
 *
 * @throws {z.ZodError} a field that has not the documented form
 */
export function readRefund(value: unknown, { mchid, sub_mchid }: MerchantV3): Refund {
  const read = shape.parse(value);
  const { refund, total, payer_refund, payer_total, currency } = read.amount;
  return defined({
    mchid,
    sub_mchid,
    out_trade_no: read.out_trade_no,
    transaction_id: read.transaction_id,
    out_refund_no: read.out_refund_no,
    refund_id: read.refund_id,
    status: z
      .string()
      .min(1)
      .parse(read.refund_status ?? read.status),
    success_time: read.success_time,
    create_time: read.create_time,
    channel: read.channel,
    user_received_account: read.user_received_account,
    amount: defined({ refund, total, payer_refund, payer_total, currency }),
  }) as Refund;
}
