import { VerificationError, WxpayError } from '../core/errors.js';
import { currencyOf } from '../core/order-rules.js';
import type { Notice, Order, Payment } from '../core/vocabulary.js';
import type { Claim } from '../once/once.js';
import { isAbsent } from '../util/absent.js';
import { printable } from '../util/printable.js';
import { lookUpOrder } from './find-order.js';
import type { ResolvedNoticeOptions } from './options.js';
import { checkOrderState } from './order-state.js';
import { isRemembered } from './run-once.js';
import type { Anomaly } from './types.js';

/** `pending`: the effect must be run. The other values say why it must not. */
export type Match = 'pending' | 'duplicate' | 'already' | 'accepted';

/**
 * Compares a verified notice with the host's order: number, merchant, amount, currency and state.
 * The state is compared for payments only.
 *
 * @throws {WxpayError} `ERR_WXPAY_UNKNOWN_ORDER`, `ERR_WXPAY_ORDER_INVALID`,
 * `ERR_WXPAY_SECOND_PAYMENT`, `ERR_WXPAY_ORDER_CLOSED`, and the errors of `once`
 * @throws {VerificationError} `ERR_WXPAY_AMOUNT_MISMATCH`
 */
export async function matchNotice<Tx>(
  options: ResolvedNoticeOptions<Tx>,
  notice: Notice,
  claim: Claim,
  ctx: unknown,
): Promise<Match> {
  const { out_trade_no, amount } = notice.type === 'payment.success' ? notice.payment : notice.refund;
  const order = await lookUpOrder(options, out_trade_no, ctx);
  checkAmount(order, amount);
  if (notice.type !== 'payment.success') return 'pending';
  checkAccount(order, notice.payment);
  const state = checkOrderState(order, notice.payment.transaction_id);
  if (state === 'pending' || state === 'duplicate') return state;
  if (state !== 'unknown_payment') return handOverAnomaly(options, { code: state, notice, order }, ctx);
  // The handler never runs for an order that was paid. Only "once" can know whether this payment
  // paid it.
  if (await isRemembered(options.once, claim)) return 'already';
  const code = order.state === 'paid' ? 'order_invalid' : 'order_closed';
  return handOverAnomaly(options, { code, notice, order }, ctx);
}

/** Refuses a payment under another account of the same merchant than the order was placed under. */
function checkAccount(order: Order, payment: Payment): void {
  for (const name of ['appid', 'sub_appid'] as const) {
    const [expected, reported] = [order[name], payment[name]];
    if (isAbsent(expected) || reported === undefined || expected === reported) continue;
    throw new WxpayError(
      'ERR_WXPAY_ORDER_INVALID',
      `${name} mismatch for order ${order.out_trade_no}: findOrder returned ${printable(expected)}, WeChat reported ${printable(reported)}`,
    );
  }
}

/**
 * Only the total of the order is compared, because `cash_fee` and `payer_total` are smaller with
 * coupons.
 */
function checkAmount(order: Order, { total, currency }: { total: number; currency: string }): void {
  if (order.amount.total === total && currencyOf(order) === currency) return;
  throw new VerificationError(
    'ERR_WXPAY_AMOUNT_MISMATCH',
    `amount mismatch for order ${order.out_trade_no}: findOrder returned ${order.amount.total} fen ${currencyOf(order)}, WeChat reported ${total} fen ${currency}`,
    { status: 500 },
  );
}

async function handOverAnomaly<Tx>(
  { onAnomaly }: ResolvedNoticeOptions<Tx>,
  anomaly: Anomaly,
  ctx: unknown,
): Promise<'accepted'> {
  if ((await onAnomaly?.(anomaly, ctx)) === 'ack') return 'accepted';
  throw anomalyError(anomaly);
}

function anomalyError({ code, notice, order }: Anomaly): WxpayError {
  const { out_trade_no, state, transaction_id } = order;
  const paidBy = notice.type === 'payment.success' ? notice.payment.transaction_id : notice.refund.refund_id;
  switch (code) {
    case 'second_payment':
      return new WxpayError(
        'ERR_WXPAY_SECOND_PAYMENT',
        `order ${out_trade_no} is paid by ${transaction_id}, and now by ${paidBy} too: refund one`,
      );
    case 'order_closed':
      return new WxpayError(
        'ERR_WXPAY_ORDER_CLOSED',
        `order ${out_trade_no} is ${state}, and was paid by ${paidBy}: refund it or reopen it`,
      );
    case 'order_invalid':
      return new WxpayError(
        'ERR_WXPAY_ORDER_INVALID',
        `order ${out_trade_no} is paid, and findOrder did not return the "transaction_id" that paid it: return it, so that payment ${paidBy} can be compared with it, or settle this payment by hand in "onAnomaly"`,
      );
  }
}
