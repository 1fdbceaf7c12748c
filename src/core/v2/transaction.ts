import { fromV2 } from '../beijing-time.js';
import type { Promotion, Transaction } from '../vocabulary.js';
import type { FieldsV2 } from './sign.js';

/** v2 writes money as decimal digits without a leading zero. */
export const FEN = /^[1-9]\d{0,14}$/;

/**
 * What a query answer or a notification says of an order, in v3's words. Fields that are absent stay absent.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936530
 */
export function readTransaction(fields: FieldsV2, trade_state: string): Transaction {
  const transaction: Transaction = {
    appid: fields.get('appid') ?? '',
    mchid: fields.get('mch_id') ?? '',
    out_trade_no: fields.get('out_trade_no') ?? '',
    trade_state,
    ...present(fields, ['sub_appid', 'trade_state_desc', 'transaction_id', 'trade_type', 'bank_type', 'attach']),
  };
  const sub_mchid = fields.get('sub_mch_id');
  if (sub_mchid) transaction.sub_mchid = sub_mchid;
  const success_time = fromV2(fields.get('time_end') ?? '');
  if (success_time) transaction.success_time = success_time;
  const payer = present(fields, ['openid', 'sub_openid']);
  if (Object.keys(payer).length > 0) transaction.payer = payer;
  const amount = readAmount(fields);
  if (amount) transaction.amount = amount;
  const coupons = readCoupons(fields);
  if (coupons.length > 0) transaction.promotion_detail = coupons;
  return transaction;
}

function present<Name extends string>(fields: FieldsV2, names: readonly Name[]): { [name in Name]?: string } {
  const found: { [name in Name]?: string } = {};
  for (const name of names) {
    const value = fields.get(name);
    if (value) found[name] = value;
  }
  return found;
}

function readAmount(fields: FieldsV2): Transaction['amount'] {
  const total = fields.get('total_fee');
  if (!total || !FEN.test(total)) return undefined;
  const amount: NonNullable<Transaction['amount']> = {
    total: Number(total),
    currency: fields.get('fee_type') || 'CNY',
  };
  const cash = fields.get('cash_fee');
  if (cash && /^\d{1,15}$/.test(cash)) amount.payer_total = Number(cash);
  const payer_currency = fields.get('cash_fee_type');
  if (payer_currency) amount.payer_currency = payer_currency;
  return amount;
}

/** `coupon_id_0`, `coupon_fee_0`, `coupon_type_0`, …; the type may be missing although the coupon exists. */
function readCoupons(fields: FieldsV2): Promotion[] {
  const coupons: Promotion[] = [];
  for (let n = 0; fields.has(`coupon_id_${n}`); n++) {
    const fee = fields.get(`coupon_fee_${n}`) ?? '';
    const type = fields.get(`coupon_type_${n}`);
    coupons.push({
      coupon_id: fields.get(`coupon_id_${n}`) ?? '',
      amount: /^\d{1,15}$/.test(fee) ? Number(fee) : 0,
      ...(type && { type: type === 'NO_CASH' ? 'NOCASH' : type }),
    });
  }
  return coupons;
}
