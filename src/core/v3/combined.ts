import { FieldFault, isObject, type JsonObject, object, text } from '../json.js';
import type { Payment } from '../vocabulary.js';
import type { MerchantV3 } from './merchant.js';
import { readTransaction } from './transactions.js';

/** Whether a paid transaction is a combined order: it has no number of its own, and a list of orders in its place. */
export const isCombined = (resource: JsonObject): boolean =>
  'combine_out_trade_no' in resource && 'sub_orders' in resource && !('out_trade_no' in resource);

/**
 * The orders of a combined order, each as it came.
 *
 * @throws {FieldFault} there is none
 */
export function ordersOf({ sub_orders }: JsonObject): JsonObject[] {
  if (Array.isArray(sub_orders) && sub_orders.length > 0 && sub_orders.every(isObject)) return sub_orders;
  throw new FieldFault('sub_orders');
}

/**
 * The payment of one of the orders. Amounts have other names than elsewhere, and the payer stands beside the orders.
 *
 * @throws {FieldFault}
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012556956
 */
export function paymentIn(order: JsonObject, combined: JsonObject, merchant: MerchantV3): Payment {
  const { total_amount, payer_amount, currency, payer_currency } = object(order, 'amount');
  const amount = { total: total_amount, payer_total: payer_amount, currency, payer_currency };
  const account = { appid: combined.combine_appid, sp_appid: combined.combine_appid };
  const whole = { ...order, ...account, amount, payer: combined.combine_payer_info };
  const transaction = readTransaction(whole, merchant) as Payment;
  if (!transaction.transaction_id) throw new FieldFault('transaction_id');
  return { ...transaction, combine_out_trade_no: text(combined, 'combine_out_trade_no') };
}
