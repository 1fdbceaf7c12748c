import { toCompact } from '../../../core/beijing-time.js';
import type { LedgerOrder, LedgerPayment } from '../../ledger/order.js';
import type { Fields } from '../../signing/v2.js';

type Field = readonly [name: string, value: string | number];

/** The fields of a paid order that a query and a notification have in common. */
export function paymentFields(order: LedgerOrder, payment: LedgerPayment): Fields {
  const { openid, sub_openid, bank_type, payer_total, transaction_id, paidAt } = payment;
  return new Map<string, string | number>([
    ...optional('device_info', order.device_info),
    ['openid', openid],
    ['is_subscribe', 'N'],
    ...optional('sub_openid', sub_openid),
    ...optional('sub_is_subscribe', sub_openid && 'N'),
    ['trade_type', order.trade_type],
    ['bank_type', bank_type],
    ['total_fee', order.total],
    ['fee_type', order.currency],
    ['cash_fee', payer_total],
    ['cash_fee_type', order.currency],
    ...couponFields(payment),
    ['transaction_id', transaction_id],
    ['out_trade_no', order.out_trade_no],
    ...optional('attach', order.attach),
    ['time_end', toCompact(new Date(paidAt))],
  ]);
}

function couponFields({ coupons }: LedgerPayment): Field[] {
  if (coupons.length === 0) return [];
  return [
    ['coupon_fee', coupons.reduce((sum, { amount }) => sum + amount, 0)],
    ['coupon_count', coupons.length],
    ...coupons.flatMap(({ coupon_id, amount, type }, n): Field[] => [
      [`coupon_id_${n}`, coupon_id],
      ...optional(`coupon_type_${n}`, type),
      [`coupon_fee_${n}`, amount],
    ]),
  ];
}

/** The fields that name the merchant whom a service provider acts for. */
export const partnerFields = ({
  sub_appid,
  sub_mchid,
}: Pick<LedgerOrder, 'sub_appid' | 'sub_mchid'>): Field[] => [
  ...optional('sub_appid', sub_appid),
  ...optional('sub_mch_id', sub_mchid),
];

/** A field, or none when it is empty. */
export const optional = (name: string, value: string | undefined): Field[] =>
  value ? [[name, value]] : [];
