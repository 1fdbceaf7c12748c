import { paymentMessage } from '../notifications.js';
import type { World } from '../world.js';
import { examine, type Payer, type PayTarget } from './examine.js';

export interface PayOptions extends Payer {
  /** Fen that a coupon takes off. */
  coupon?: number;
  /** WeChat leaves `coupon_type_0` out now and then: `'absent'`. @default 'CASH' */
  couponType?: 'CASH' | 'NO_CASH' | 'absent';
}

/** What the page's callback gets. */
export interface PayResult {
  err_msg: `get_brand_wcpay_request:${'ok' | 'fail'}`;
  err_desc?: string;
  transaction_id?: string;
}

/** Somebody confirms in the cashier: the checks, the money, and the notification before or after this answer. */
export async function pay(
  world: World,
  target: PayTarget,
  { coupon = 0, couponType = 'CASH', ...payer }: PayOptions = {},
): Promise<PayResult> {
  const examined = examine(world, target, payer);
  if ('err_desc' in examined) return { err_msg: 'get_brand_wcpay_request:fail', err_desc: examined.err_desc };
  const { order, person } = examined;
  if (coupon > order.total) return { err_msg: 'get_brand_wcpay_request:fail', err_desc: '优惠金额大于订单金额' };
  const { notification, lag } = world.switches;
  const { transaction_id } = world.ledger.settle(order, {
    openid: person.openid(order.appid),
    sub_openid: order.sub_appid && person.openid(order.sub_appid),
    coupon,
    couponType,
    lag,
  });
  if (notification === 'before') await world.deliveries.post(paymentMessage(world, order));
  if (notification === 'after') void world.deliveries.post(paymentMessage(world, order), lag);
  return { err_msg: 'get_brand_wcpay_request:ok', transaction_id };
}
