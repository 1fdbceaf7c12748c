import type { AppParams, JsapiParams } from '../../core/vocabulary.js';
import type { Merchant } from '../accounts/merchant.js';
import { type LedgerOrder, payingAppid } from '../ledger/order.js';
import type { FoundOrder } from '../ledger/order-book.js';
import type { SimulatorState } from '../state.js';
import { linkKey } from './links.js';
import { verifyAppSign, verifyPaySign } from './pay-sign.js';
import type { BridgeParams, PayTarget } from './target.js';

/** The order that is to be paid, or the text that the page is given. */
export type FindResult = { order: LedgerOrder } | { err_desc: string };

/**
 * Finds the order of a target. The parameters of a page are checked as the bridge checks them.
 *
 * @param page the address of the page, for the 支付授权目录
 */
export function findOrder(state: SimulatorState, target: PayTarget, page?: string): FindResult {
  if ('prepayid' in target) return findByAppParams(state, target as AppParams);
  if ('package' in target) return findByParams(state, target as BridgeParams, page);
  const { ledger } = state;
  if ('prepay_id' in target) {
    return usable(ledger.findPrepay(String(target.prepay_id)), 'prepay_id无效', EXPIRED);
  }
  if ('url' in target) {
    return usable(
      ledger.findLink(linkKey(String(target.url))),
      '链接无效',
      '链接已过期，请重新下单',
    );
  }
  const { out_trade_no, mchid } = target as { out_trade_no: string; mchid?: string };
  const order = ledger.findAny(String(out_trade_no), mchid);
  return order ? { order } : { err_desc: '订单不存在' };
}

export const EXPIRED = '订单已过期，请重新下单';

const usable = (found: FoundOrder | undefined, unknown: string, expired: string): FindResult => {
  if (!found) return { err_desc: unknown };
  return found.usable ? { order: found.order } : { err_desc: expired };
};

const PAGE_PARAMETERS = [
  ...(['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'] as const),
];
const APP_PARAMETERS = [
  ...(['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'] as const),
];

/** What is wrong with the form of the parameters. */
function problemOf(params: object, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = (params as Record<string, unknown>)[name];
    if (value === undefined || value === null || value === '') {
      return `调用支付JSAPI缺少参数：${name}`;
    }
    if (typeof value !== 'string') return `支付参数类型错误：${name}必须是字符串`;
  }
  return undefined;
}

function findByParams(
  state: SimulatorState,
  params: BridgeParams,
  page: string | undefined,
): FindResult {
  const problem = problemOf(params, PAGE_PARAMETERS);
  if (problem) return { err_desc: problem };
  const strings = params as unknown as JsapiParams;
  if (!state.apps.has(strings.appId)) return { err_desc: 'appId无效' };
  if (!strings.package.startsWith('prepay_id=')) {
    return { err_desc: 'package参数错误：应为prepay_id=***' };
  }
  const prepay = state.ledger.findPrepay(strings.package.slice('prepay_id='.length));
  if (!prepay) return { err_desc: 'prepay_id无效' };
  const { order } = prepay;
  if (payingAppid(order) !== strings.appId) return { err_desc: 'prepay_id与appId不匹配' };
  if (!prepay.usable) return { err_desc: EXPIRED };
  const merchant = state.merchants.get(order.mchid) as Merchant;
  if (!verifyPaySign(order, merchant, strings)) return { err_desc: '支付验证签名失败' };
  if (page !== undefined && !isRegistered(merchant, page)) {
    return { err_desc: `当前页面的URL未注册：${page}` };
  }
  return { order };
}

function findByAppParams(state: SimulatorState, params: AppParams): FindResult {
  const problem = problemOf(params, APP_PARAMETERS);
  if (problem) return { err_desc: problem };
  if (params.package !== 'Sign=WXPay') return { err_desc: 'package参数错误：应为Sign=WXPay' };
  const prepay = state.ledger.findPrepay(params.prepayid);
  if (!prepay) return { err_desc: 'prepayid无效' };
  const { order } = prepay;
  const { appid, partnerid } = params;
  if (
    appid !== (order.sub_appid ?? order.appid) ||
    partnerid !== (order.sub_mchid ?? order.mchid)
  ) {
    return { err_desc: 'prepayid与appid或partnerid不匹配' };
  }
  if (!prepay.usable) return { err_desc: EXPIRED };
  const merchant = state.merchants.get(order.mchid) as Merchant;
  return verifyAppSign(order, merchant, params) ? { order } : { err_desc: '支付验证签名失败' };
}

/**
 * Whether a page lies in a 支付授权目录: scheme, host and the whole directory must be equal. A
 * directory that is only a host allows every path. Query and fragment do not count.
 */
function isRegistered({ payDirectories }: Merchant, page: string): boolean {
  if (!payDirectories) return true;
  const address = page.replace(/[?#].*$/s, '');
  const origin = /^https?:\/\/[^/]+/.exec(address)?.[0];
  if (origin === undefined) return false;
  const directory =
    address === origin ? `${origin}/` : address.slice(0, address.lastIndexOf('/') + 1);
  return payDirectories.some((allowed) => allowed === `${origin}/` || allowed === directory);
}
