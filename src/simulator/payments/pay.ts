import { paymentNotification } from '../messages/notifications.js';
import type { SimulatorState } from '../state.js';
import { checkPayment } from './check-payment.js';
import type { PayOptions } from './pay-options.js';
import type { PayTarget } from './target.js';

/** What the callback of the page gets. */
export interface PayResult {
  err_msg: `get_brand_wcpay_request:${'ok' | 'fail'}`;
  err_desc?: string;
  transaction_id?: string;
}

const fail = (err_desc: string): PayResult => ({
  err_msg: 'get_brand_wcpay_request:fail',
  err_desc,
});

/**
 * Confirms a payment in the cashier: checks it, records it, and starts its notification before or
 * after the result is returned.
 */
export async function pay(
  state: SimulatorState,
  target: PayTarget,
  { coupon = 0, couponType = 'CASH', ...payer }: PayOptions = {},
): Promise<PayResult> {
  const checked = checkPayment(state, target, payer);
  if ('err_desc' in checked) return fail(checked.err_desc);
  const { order, person } = checked;
  if (coupon > order.total) return fail('优惠金额大于订单金额');
  const { notification, lag } = state.switches;
  const { transaction_id } = state.ledger.settle(order, {
    openid: person.openid(order.appid),
    sub_openid: order.sub_appid && person.openid(order.sub_appid),
    coupon,
    couponType,
    lag,
  });
  if (notification === 'before') await state.deliveries.send(paymentNotification(state, order));
  if (notification === 'after') {
    void state.deliveries.send(paymentNotification(state, order), lag);
  }
  return { err_msg: 'get_brand_wcpay_request:ok', transaction_id };
}
