import { defined, present, presentDeep } from '../../util/absent.js';
import { fromV2 } from '../beijing-time.js';
import type { Promotion, Transaction } from '../vocabulary.js';
import type { FieldsV2 } from './sign.js';

/** API v2 writes money as decimal digits without a leading zero. */
export const FEN = /^[1-9]\d{0,14}$/;

/**
 * Reads what a query answer or a notification says about an order, in the names of API v3. Fields
 * that are absent stay absent.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936530
 */
export function readTransaction(fields: FieldsV2, trade_state: string): Transaction {
  const coupons = readCoupons(fields);
  return {
    appid: fields.get('appid') ?? '',
    mchid: fields.get('mch_id') ?? '',
    out_trade_no: fields.get('out_trade_no') ?? '',
    trade_state,
    ...present({
      sub_appid: fields.get('sub_appid'),
      sub_mchid: fields.get('sub_mch_id'),
      trade_state_desc: fields.get('trade_state_desc'),
      transaction_id: fields.get('transaction_id'),
      trade_type: fields.get('trade_type'),
      bank_type: fields.get('bank_type'),
      attach: fields.get('attach'),
      success_time: fromV2(fields.get('time_end') ?? ''),
      payer: presentDeep({ openid: fields.get('openid'), sub_openid: fields.get('sub_openid') }),
      amount: readAmount(fields),
      promotion_detail: coupons.length > 0 ? coupons : undefined,
    }),
  };
}

function readAmount(fields: FieldsV2): Transaction['amount'] {
  const total = fields.get('total_fee');
  if (!total || !FEN.test(total)) return undefined;
  const cash = fields.get('cash_fee');
  return defined({
    total: Number(total),
    currency: fields.get('fee_type') || 'CNY',
    payer_total: cash && /^\d{1,15}$/.test(cash) ? Number(cash) : undefined,
    payer_currency: fields.get('cash_fee_type') || undefined,
  });
}

/** Reads `coupon_id_0`, `coupon_fee_0`, `coupon_type_0`, …. The type of a coupon may be missing. */
function readCoupons(fields: FieldsV2): Promotion[] {
  const coupons: Promotion[] = [];
  for (let n = 0; fields.has(`coupon_id_${n}`); n++) {
    const fee = fields.get(`coupon_fee_${n}`) ?? '';
    const type = fields.get(`coupon_type_${n}`);
    const coupon = {
      coupon_id: fields.get(`coupon_id_${n}`) ?? '',
      amount: /^\d{1,15}$/.test(fee) ? Number(fee) : 0,
      type: type === 'NO_CASH' ? 'NOCASH' : type || undefined,
    };
    coupons.push(defined(coupon));
  }
  return coupons;
}
