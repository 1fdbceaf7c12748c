import type { LedgerOrder } from '../ledger/order.js';
import { paymentNotification } from '../messages/notifications.js';
import type { CashierOutcome } from '../scenarios/cashier.js';
import type { SimulatorState } from '../state.js';
import { checkPayment } from './check-payment.js';
import type { PayOptions } from './pay-options.js';
import type { PayTarget } from './target.js';

/** What the callback of the page gets. */
export interface PayResult {
  err_msg: `get_brand_wcpay_request:${'ok' | 'fail' | 'cancel'}`;
  err_desc?: string;
  transaction_id?: string;
}

const fail = (err_desc: string): PayResult => ({
  err_msg: 'get_brand_wcpay_request:fail',
  err_desc,
});

const GIVEN_UP: Record<Exclude<CashierOutcome, 'pays'>, string | undefined> = {
  cancels: undefined,
  balance: '零钱余额不足',
  password: '支付密码错误，请重试',
};

/**
 * Confirms a payment in the cashier: checks it, records it, and starts its notification before or
 * after the result is returned.
 */
export async function pay(
  state: SimulatorState,
  target: PayTarget,
  { coupon = 0, couponType = 'CASH', outcome, ...payer }: PayOptions = {},
): Promise<PayResult> {
  const checked = checkPayment(state, target, payer);
  if ('err_desc' in checked) return fail(checked.err_desc);
  const { order, person } = checked;
  if (coupon > order.total) return fail('优惠金额大于订单金额');
  const payer_total = order.total - coupon;
  const isShort = person.balance !== undefined && person.balance < payer_total;
  const done = outcome ?? state.switches.cashier.outcome;
  if (done !== 'pays' || isShort) return giveUp(state, order, done === 'pays' ? 'balance' : done);
  state.people.credit(person, -payer_total);
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

/** The person leaves the cashier. The order can still be paid. */
function giveUp(
  { ledger }: SimulatorState,
  order: LedgerOrder,
  outcome: Exclude<CashierOutcome, 'pays'>,
): PayResult {
  const err_desc = GIVEN_UP[outcome];
  ledger.note(order, { step: 'payment failed', detail: err_desc ?? '用户取消支付' });
  return { err_msg: 'get_brand_wcpay_request:cancel', ...(err_desc && { err_desc }) };
}
