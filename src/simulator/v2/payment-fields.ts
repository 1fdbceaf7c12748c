import { toCompact } from '../../core/beijing-time.js';
import type { LedgerOrder, LedgerPayment } from '../ledger/order.js';

export type FieldsOut = Map<string, string | number>;

/** What a query answer and a notification tell alike about a paid order. */
export function paymentFields(order: LedgerOrder, payment: LedgerPayment): FieldsOut {
  const { coupons, payer_total, openid, sub_openid, bank_type, transaction_id, paid_at } = payment;
  return new Map<string, string | number>([
    ...(order.device_info ? [['device_info', order.device_info] as const] : []),
    ['openid', openid],
    ['is_subscribe', 'N'],
    ...(sub_openid
      ? ([
          ['sub_openid', sub_openid],
          ['sub_is_subscribe', 'N'],
        ] as const)
      : []),
    ['trade_type', order.trade_type],
    ['bank_type', bank_type],
    ['total_fee', order.total],
    ['fee_type', order.currency],
    ['cash_fee', payer_total],
    ['cash_fee_type', order.currency],
    ...(coupons.length > 0
      ? ([
          ['coupon_fee', coupons.reduce((sum, { amount }) => sum + amount, 0)],
          ['coupon_count', coupons.length],
        ] as const)
      : []),
    ...coupons.flatMap(({ coupon_id, amount, type }, n): [string, string | number][] => [
      [`coupon_id_${n}`, coupon_id],
      ...(type ? [[`coupon_type_${n}`, type] as [string, string]] : []),
      [`coupon_fee_${n}`, amount],
    ]),
    ['transaction_id', transaction_id],
    ['out_trade_no', order.out_trade_no],
    ...(order.attach ? [['attach', order.attach] as const] : []),
    ['time_end', toCompact(new Date(paid_at * 1000))],
  ]);
}

/** The merchant a service provider acts for. */
export const partnerFields = ({
  sub_appid,
  sub_mchid,
}: Pick<LedgerOrder, 'sub_appid' | 'sub_mchid'>): [string, string][] => [
  ...(sub_appid ? ([['sub_appid', sub_appid]] as [string, string][]) : []),
  ...(sub_mchid ? ([['sub_mch_id', sub_mchid]] as [string, string][]) : []),
];
