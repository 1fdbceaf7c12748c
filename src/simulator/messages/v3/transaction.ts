import { toRfc3339 } from '../../../core/beijing-time.js';
import type { TradeState } from '../../../core/vocabulary.js';
import type { Coupon, LedgerOrder, LedgerPayment } from '../../ledger/order.js';

const DESCRIPTIONS: Record<string, string> = {
  SUCCESS: '支付成功',
  REFUND: '转入退款',
  NOTPAY: '订单未支付',
  CLOSED: '已关闭',
};

/** A time in Unix milliseconds as API v3 writes it. */
export const v3Time = (time: number): string => toRfc3339(new Date(time));

/** An order in the form of queries and notifications, with the state that is reported. */
export function transactionOf(
  order: LedgerOrder,
  trade_state: TradeState,
): Record<string, unknown> {
  const { out_trade_no, attach, payment, total, currency } = order;
  const paid = (trade_state === 'SUCCESS' || trade_state === 'REFUND') && payment;
  return {
    ...partiesOf(order),
    out_trade_no,
    trade_state,
    trade_state_desc: DESCRIPTIONS[trade_state] ?? trade_state,
    ...(attach && { attach }),
    ...(paid ? paidFields(order, paid) : { amount: { total, currency } }),
  };
}

/** The merchant and account of an order; of a service provider those of both merchants. */
const partiesOf = ({ mchid, appid, sub_mchid, sub_appid }: LedgerOrder): Record<string, string> =>
  sub_mchid === undefined
    ? { mchid, appid }
    : { sp_mchid: mchid, sp_appid: appid, sub_mchid, ...(sub_appid && { sub_appid }) };

function paidFields(order: LedgerOrder, payment: LedgerPayment): Record<string, unknown> {
  const { total, currency, trade_type, sub_mchid, device_info } = order;
  const { openid, sub_openid, payer_total, coupons } = payment;
  return {
    transaction_id: payment.transaction_id,
    trade_type,
    bank_type: payment.bank_type,
    success_time: v3Time(payment.paidAt),
    payer:
      sub_mchid === undefined
        ? { openid }
        : { sp_openid: openid, ...(sub_openid && { sub_openid }) },
    amount: { total, payer_total, currency, payer_currency: currency },
    ...(device_info && { scene_info: { device_id: device_info } }),
    ...(coupons.length > 0 && {
      promotion_detail: coupons.map((coupon) => promotionOf(coupon, currency)),
    }),
  };
}

const promotionOf = ({ coupon_id, amount, type = 'CASH' }: Coupon, currency: string) => ({
  coupon_id,
  name: '单品惠-6',
  scope: 'GLOBAL',
  type: type === 'NO_CASH' ? 'NOCASH' : type,
  amount,
  stock_id: coupon_id,
  wechatpay_contribute: 0,
  merchant_contribute: amount,
  other_contribute: 0,
  currency,
  goods_detail: [],
});
