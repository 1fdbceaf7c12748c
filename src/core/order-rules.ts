import { isAbsent, type Present, present, presentDeep } from '../util/absent.js';
import { printable } from '../util/printable.js';
import { type Accounts, appidsOf, subAppidsOf } from './accounts.js';
import { WxpayError } from './errors.js';
import { CURRENCY, IDS, idFault } from './ids.js';
import { fenFault } from './money.js';
import type { Order, OrderFields } from './vocabulary.js';

/** The merchant an order must belong to, when it says whose it is. */
interface Whose extends Accounts {
  mchid: string;
  sub_mchid?: string | undefined;
}

/**
 * An order that may be placed: every rule both versions share holds, and no field is absent in form only. An account that it names
 * is one of the merchant's.
 */
export type PlaceableOrder = Present<Omit<OrderFields, 'mchid' | 'sub_mchid'>>;

/** What `scene_info.h5_info` of an h5 order is when the order does not say: a page in a mobile browser. */
export const WEB_PAGE = { type: 'Wap' } as const;

const invalid = (message: string): WxpayError => new WxpayError('ERR_WXPAY_ORDER_INVALID', message);

/**
 * The fields of an order that are sent, checked by every rule that both API versions share. What only one version cannot carry,
 * and how long each takes a text, is said by that version.
 *
 * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID`, `ERR_WXPAY_ORDER_NOT_PAYABLE`
 */
export function resolveOrder(order: Order, merchant: Whose): PlaceableOrder {
  if (typeof order !== 'object' || order === null || Array.isArray(order)) {
    throw invalid(`an order must be an object, not ${Array.isArray(order) ? 'an array' : printable(order)}`);
  }
  refuse(idFault(order.out_trade_no, IDS.newOutTradeNo));
  checkDescription(order.description);
  checkTotal(order.amount?.total, 'amount.total');
  checkAmountNames(order.amount);
  if (!CURRENCY.test(currencyOf(order))) throw invalid('"amount.currency" must be three capitals such as CNY');
  checkMerchant(order, merchant);
  checkUnsent(order);
  const placeable = sentFields(order);
  checkOptional(placeable);
  if (stateOf(order) !== 'pending') throw notPayable(order);
  return placeable;
}

/** Reads the fields by name, because an order may be an ORM entity whose columns are getters. */
function sentFields(order: Order): PlaceableOrder {
  const { out_trade_no, description, amount, attach, time_expire, goods_tag, detail } = order;
  const { support_fapiao, settle_info, limit_pay, scene_info, appid, sub_appid } = order;
  return present({
    appid,
    sub_appid,
    out_trade_no,
    description,
    amount: present({ total: amount.total, currency: amount.currency }),
    attach,
    time_expire,
    goods_tag,
    detail: presentDeep(detail),
    support_fapiao,
    settle_info: presentDeep(settle_info),
    limit_pay: limit_pay?.length === 0 ? undefined : limit_pay,
    scene_info: presentDeep(scene_info),
  }) as PlaceableOrder;
}

export const currencyOf = ({ amount: { currency } }: Pick<Order, 'amount'>): string =>
  isAbsent(currency) ? 'CNY' : currency;

/** An order without a state is pending. */
export const stateOf = ({ state }: Order): NonNullable<Order['state']> => (isAbsent(state) ? 'pending' : state);

/** @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for anything but whole fen, at least 1 */
export function checkTotal(total: unknown, name: string): asserts total is number {
  refuse(fenFault(total, name));
}

/** @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` when the order names another merchant, or an account that is not its */
export function checkMerchant(order: Partial<Pick<Order, keyof typeof OURS>>, merchant: Whose): void {
  for (const [name, oursOf] of Object.entries(OURS)) {
    const theirs = order[name as keyof typeof OURS];
    const ours = oursOf(merchant);
    if (isAbsent(theirs) || ours.includes(theirs)) continue;
    throw invalid(`the order belongs to ${name} ${printable(theirs)}, not ${ours.join(' or ') || 'undefined'}`);
  }
}

/** What an order may say about whose it is. */
const OURS = {
  mchid: ({ mchid }: Whose) => [mchid],
  appid: appidsOf,
  sub_mchid: ({ sub_mchid }: Whose) => (sub_mchid === undefined ? [] : [sub_mchid]),
  sub_appid: subAppidsOf,
};

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw invalid(fault);
}

function checkDescription(description: unknown): void {
  if (typeof description === 'string' && description !== '' && description.isWellFormed()) return;
  throw invalid(`"description" must be a string of 1 to 127 characters, not ${printable(JSON.stringify(description))}`);
}

function checkAmountNames(amount: object): void {
  for (const name of Object.keys(amount)) {
    if (name === 'total' || name === 'currency' || isAbsent((amount as Record<string, unknown>)[name])) continue;
    throw invalid(`"amount.${printable(name)}" is not sent with an order: "amount" takes total and currency`);
  }
}

/** The one field of WeChat's own order that we take from elsewhere, and whose loss would go unnoticed. */
function checkUnsent(order: object): void {
  if (isAbsent((order as { notify_url?: unknown }).notify_url)) return;
  throw invalid('"notify_url" is not sent from an order: "notifyUrl" of createWxpay is');
}

function checkOptional(order: PlaceableOrder): void {
  const { detail, time_expire, support_fapiao, settle_info, limit_pay, scene_info } = order;
  checkObject('detail', detail);
  checkObject('settle_info', settle_info);
  checkObject('scene_info', scene_info);
  checkFlag('support_fapiao', support_fapiao);
  checkFlag('settle_info.profit_sharing', settle_info?.profit_sharing);
  if (limit_pay !== undefined && !(Array.isArray(limit_pay) && limit_pay.every((one) => typeof one === 'string'))) {
    throw invalid(`"limit_pay" must be a list such as ['no_credit']`);
  }
  if (time_expire !== undefined && !(time_expire instanceof Date && !Number.isNaN(time_expire.getTime()))) {
    throw invalid('"time_expire" must be a valid Date');
  }
}

function checkObject(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return;
  throw invalid(`"${name}" must be an object, not ${printable(value)}`);
}

function checkFlag(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw invalid(`"${name}" must be true or false, not ${printable(value)}`);
}

const notPayable = ({ out_trade_no, state }: Order): WxpayError =>
  new WxpayError('ERR_WXPAY_ORDER_NOT_PAYABLE', `order ${out_trade_no} is ${printable(state)}, not pending`, {
    status: 409,
  });
