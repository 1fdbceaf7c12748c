import type { JsapiParams } from '../../core/vocabulary.js';
import { type Merchant, type Person, personBehind, type World } from '../world.js';
import { type LedgerOrder, payingAppid, stateOf } from './order.js';
import { fitsPaySign } from './pay-sign.js';

/** What is to be paid: a page's JSAPI parameters (of any form: they are what is examined), or an order by one of its numbers. */
export type PayTarget =
  | { prepay_id: string }
  | { out_trade_no: string; mchid?: string }
  /** A `code_url`, or an `h5_url`/`mweb_url`, as it was given out. */
  | { url: string }
  | JsapiParams
  | BridgeParams;

/** Whatever a page handed to the bridge. */
export interface BridgeParams {
  package: unknown;
  [name: string]: unknown;
}

export interface Payer {
  /** Who holds the phone. @default the person the order was placed for */
  person?: Person | string;
  /** The address of the page that asks, for the 支付授权目录. */
  page?: string;
}

export type Examined = { order: LedgerOrder; person: Person } | { err_desc: string };

/** Everything WeChat checks before it shows the cashier; `err_desc` is what the page is told. */
export function examine(world: World, target: PayTarget, { person, page }: Payer = {}): Examined {
  const found = 'package' in target ? fromBridge(world, target as BridgeParams, page) : fromNumber(world, target);
  if ('err_desc' in found) return found;
  const { order } = found;
  const refusal = unpayable(world, order);
  if (refusal) return { err_desc: refusal };
  const payer = payerOf(world, order, person);
  if (!payer) return { err_desc: '用户不存在' };
  const { appid, openid, sub_appid, sub_openid } = order;
  const other = (account: string | undefined, known: string | undefined): boolean =>
    account !== undefined && known !== undefined && payer.openid(account) !== known;
  if (other(appid, openid) || other(sub_appid, sub_openid)) return { err_desc: '下单账号与支付账号不一致' };
  return { order, person: payer };
}

type Found = { order: LedgerOrder } | { err_desc: string };

const NAMES = ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'] as const;

function fromBridge(world: World, params: BridgeParams, page: string | undefined): Found {
  for (const name of NAMES) {
    const value = params[name];
    if (value === undefined || value === null || value === '') return { err_desc: `调用支付JSAPI缺少参数：${name}` };
    if (typeof value !== 'string') return { err_desc: `支付参数类型错误：${name}必须是字符串` };
  }
  const strings = params as unknown as JsapiParams;
  if (!world.apps.has(strings.appId)) return { err_desc: 'appId无效' };
  if (!strings.package.startsWith('prepay_id=')) return { err_desc: 'package参数错误：应为prepay_id=***' };
  const prepay = world.ledger.findPrepay(strings.package.slice('prepay_id='.length));
  if (!prepay) return { err_desc: 'prepay_id无效' };
  if (payingAppid(prepay.order) !== strings.appId) return { err_desc: 'prepay_id与appId不匹配' };
  if (!prepay.usable) return { err_desc: '订单已过期，请重新下单' };
  const merchant = world.merchants.get(prepay.order.mchid) as Merchant;
  if (!fitsPaySign(prepay.order, merchant, strings)) return { err_desc: '支付验证签名失败' };
  if (page !== undefined && !registered(merchant, page)) return { err_desc: `当前页面的URL未注册：${page}` };
  return { order: prepay.order };
}

function fromNumber(world: World, target: PayTarget): Found {
  if ('prepay_id' in target) {
    const prepay = world.ledger.findPrepay(String(target.prepay_id));
    if (!prepay) return { err_desc: 'prepay_id无效' };
    return prepay.usable ? { order: prepay.order } : { err_desc: '订单已过期，请重新下单' };
  }
  if ('url' in target) {
    const link = world.ledger.findLink(String(target.url));
    if (!link) return { err_desc: '链接无效' };
    return link.usable ? { order: link.order } : { err_desc: '链接已过期，请重新下单' };
  }
  const { out_trade_no, mchid } = target as { out_trade_no: string; mchid?: string };
  const order = world.ledger
    .all()
    .find((order) => order.out_trade_no === out_trade_no && (mchid === undefined || order.mchid === mchid));
  return order ? { order } : { err_desc: '订单不存在' };
}

function unpayable(world: World, order: LedgerOrder): string | undefined {
  const state = stateOf(order);
  if (state === 'CLOSED') return '该订单已关闭';
  if (state !== 'NOTPAY') return '该订单已支付';
  return world.ledger.overdue(order) ? '订单已过期，请重新下单' : undefined;
}

function payerOf(world: World, order: LedgerOrder, person: Person | string | undefined): Person | undefined {
  if (typeof person === 'string') return world.people.get(person);
  if (person) return person;
  const openid = order.sub_openid ?? order.openid;
  return openid ? personBehind(world, payingAppid(order), openid) : world.people.values().next().value;
}

/** Scheme, host and the complete directory must be equal; a bare host allows every directory. Query and fragment do not count. */
function registered({ payDirectories }: Merchant, page: string): boolean {
  if (!payDirectories) return true;
  const text = page.replace(/[?#].*$/s, '');
  const origin = /^https?:\/\/[^/]+/.exec(text)?.[0];
  if (origin === undefined) return false;
  const directory = text === origin ? `${origin}/` : text.slice(0, text.lastIndexOf('/') + 1);
  return payDirectories.some((allowed) => allowed === `${origin}/` || allowed === directory);
}
