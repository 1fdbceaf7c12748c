import { WxpayError } from './errors.js';
import { CURRENCY, NEW_OUT_TRADE_NO } from './ids.js';
import type { Order } from './vocabulary.js';

/** The merchant an order must belong to, when it says whose it is. */
interface Whose {
  mchid: string;
  appid: string;
  sub_mchid?: string | undefined;
  sub_appid?: string | undefined;
}

const invalid = (message: string): WxpayError => new WxpayError('ERR_WXPAY_ORDER_INVALID', message);

/**
 * Refuses, before anything is sent, an order that WeChat would refuse or that belongs to another merchant.
 *
 * @throws WxpayError `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_ORDER_NOT_PAYABLE`
 */
export function checkOrder(order: Order, merchant: Whose): void {
  if (typeof order !== 'object' || order === null) throw invalid('an order must be an object');
  if (typeof order.out_trade_no !== 'string' || !NEW_OUT_TRADE_NO.test(order.out_trade_no)) {
    throw invalid('"out_trade_no" must be 6 to 32 of 0-9 A-Z a-z _ - | *');
  }
  checkText(order.description, 'description', 127);
  checkTotal(order.amount?.total, 'amount.total');
  if (!CURRENCY.test(currencyOf(order))) throw invalid('"amount.currency" must be three capitals such as CNY');
  checkOptional(order);
  checkMerchant(order, merchant);
  if (order.state !== undefined && order.state !== 'pending') {
    throw new WxpayError(
      'ERR_WXPAY_ORDER_NOT_PAYABLE',
      `order ${order.out_trade_no} is ${String(order.state)}, not pending`,
      {
        status: 409,
      },
    );
  }
}

export const currencyOf = (order: Order): string => order.amount.currency ?? 'CNY';

/** @throws WxpayError `ERR_WXPAY_ORDER_INVALID` for anything but whole fen, at least 1 */
export function checkTotal(total: unknown, name: string): asserts total is number {
  if (!Number.isSafeInteger(total) || (total as number) < 1) {
    throw invalid(
      `"${name}" must be whole fen, at least 1, not ${typeof total === 'number' ? total : typeof total} (fen('19.90') makes 1990)`,
    );
  }
}

/** @throws WxpayError `ERR_WXPAY_ORDER_INVALID` when the order names another merchant */
export function checkMerchant(order: Order, merchant: Whose): void {
  for (const name of ['mchid', 'appid', 'sub_mchid', 'sub_appid'] as const) {
    // a column that holds nothing says nothing
    const [theirs, ours] = [order[name] || undefined, merchant[name]];
    if (theirs !== undefined && theirs !== ours) throw invalid(`the order belongs to ${name} ${theirs}, not ${ours}`);
  }
}

function checkOptional({ attach, goods_tag, detail, time_expire }: Order): void {
  if (attach !== undefined) checkText(attach, 'attach', 127, 0);
  if (goods_tag !== undefined) checkText(goods_tag, 'goods_tag', 32);
  if (detail !== undefined && Buffer.byteLength(JSON.stringify(detail)) > 6144) {
    throw invalid('"detail" must be at most 6144 bytes as JSON');
  }
  if (time_expire !== undefined && !(time_expire instanceof Date && !Number.isNaN(time_expire.getTime()))) {
    throw invalid('"time_expire" must be a valid Date');
  }
}

function checkText(text: unknown, name: string, most: number, least = 1): void {
  if (typeof text !== 'string' || [...text].length < least || [...text].length > most || !text.isWellFormed()) {
    throw invalid(`"${name}" must be a string of ${least} to ${most} characters`);
  }
}
