import { z } from 'zod';
import { APPID, CURRENCY, OUT_REFUND_NO, OUT_TRADE_NO, REFUND_ID, TRANSACTION_ID } from '../../src/core/ids.js';
import type { MerchantV3 } from '../../src/core/v3/merchant.js';
import type { Promotion, Refund, Transaction } from '../../src/core/vocabulary.js';
import { defined } from '../../src/util/absent.js';

/**
 * Transactions and refunds as shapes of zod, as they were first read. The plain checks of today are compared with them, object by
 * object.
 */
/** Fen, at least one. */
const fenAtLeastOne = z.int().min(1);
/** Fen, never negative: what is left to pay or to give back after coupons. */
const fenAmount = z.int().min(0);
const out_trade_no = z.string().regex(OUT_TRADE_NO);
const transaction_id = z.string().regex(TRANSACTION_ID);
const out_refund_no = z.string().regex(OUT_REFUND_NO);
const refund_id = z.string().regex(REFUND_ID);
const currency = z.string().regex(CURRENCY);

// what decides nothing may be missing, null or new: a payment is not refused over its decoration
const text = z.string().optional().catch(undefined);
const appid = z.string().regex(APPID).optional().catch(undefined);

const transaction = z.looseObject({
  out_trade_no,
  trade_state: z.string().min(1),
  transaction_id: transaction_id.optional(),
  trade_state_desc: text,
  trade_type: text,
  bank_type: text,
  attach: text,
  success_time: text,
  sp_appid: appid,
  sub_appid: appid,
  payer: z.looseObject({ openid: text, sp_openid: text, sub_openid: text }).optional().catch(undefined),
  amount: z
    .looseObject({
      total: fenAtLeastOne,
      payer_total: fenAmount.optional().catch(undefined),
      currency: currency.default('CNY'),
      payer_currency: currency.optional().catch(undefined),
    })
    .optional(),
  promotion_detail: z
    .array(z.looseObject({ coupon_id: z.string(), amount: fenAmount }))
    .optional()
    .catch(undefined),
});

export function shapedTransaction(value: unknown, { appid, mchid, sub_mchid }: MerchantV3): Transaction {
  const read = transaction.parse(value);
  const { payer, amount, promotion_detail } = read;
  return defined({
    appid: read.sp_appid ?? appid,
    mchid,
    sub_appid: read.sub_appid,
    sub_mchid,
    out_trade_no: read.out_trade_no,
    trade_state: read.trade_state,
    trade_state_desc: read.trade_state_desc,
    transaction_id: read.transaction_id,
    trade_type: read.trade_type,
    bank_type: read.bank_type,
    attach: read.attach,
    success_time: read.success_time,
    payer: payer && defined({ openid: payer.openid ?? payer.sp_openid, sub_openid: payer.sub_openid }),
    amount: amount && defined(pickAmount(amount)),
    promotion_detail: promotion_detail as Promotion[] | undefined,
  }) as Transaction;
}

const pickAmount = ({
  total,
  payer_total,
  currency,
  payer_currency,
}: NonNullable<z.infer<typeof transaction>['amount']>) => ({
  total,
  payer_total,
  currency,
  payer_currency,
});
const refundShape = z.looseObject({
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

export function shapedRefund(value: unknown, { mchid, sub_mchid }: MerchantV3): Refund {
  const read = refundShape.parse(value);
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
