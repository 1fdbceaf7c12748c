import { present } from '../../util/absent.js';
import { toCompact } from '../beijing-time.js';
import { WxpayError } from '../errors.js';
import { currencyOf, type PlaceableOrder, WEB_PAGE } from '../order-rules.js';
import { checkTexts } from '../text-limits.js';
import type { MerchantV2 } from './merchant.js';
import type { OutgoingV2 } from './message.js';

export interface PlaceV2 {
  trade_type: 'JSAPI' | 'NATIVE' | 'APP' | 'MWEB';
  notify_url: string;
  clientIp: string;
  openid?: string;
}

/**
 * Builds the fields of `/pay/unifiedorder` from an order that passed the common checks.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936530
 * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for what API v2 cannot carry
 */
export function unifiedorder(merchant: MerchantV2, order: PlaceableOrder, place: PlaceV2): OutgoingV2 {
  const { trade_type, notify_url, clientIp, openid } = place;
  const fields = {
    device_info: order.scene_info?.device_id,
    body: order.description,
    detail: order.detail && JSON.stringify(order.detail),
    attach: attach(order),
    out_trade_no: order.out_trade_no,
    fee_type: currencyOf(order),
    total_fee: order.amount.total,
    spbill_create_ip: clientIp,
    time_expire: order.time_expire && toCompact(order.time_expire),
    goods_tag: order.goods_tag,
    notify_url,
    trade_type,
    product_id: trade_type === 'NATIVE' ? order.out_trade_no : undefined,
    limit_pay: limitPay(order),
    [merchant.sub_appid ? 'sub_openid' : 'openid']: openid,
    receipt: order.support_fapiao ? 'Y' : undefined,
    profit_sharing: order.settle_info?.profit_sharing ? 'Y' : undefined,
    scene_info: sceneInfo(order, trade_type),
  };
  checkTexts('v2', fields, 'ERR_WXPAY_ORDER_INVALID');
  return fields;
}

function attach({ attach }: PlaceableOrder): string | undefined {
  // The signed text a=b&c=d has no escaping: a text with & or = can be split into other fields
  // under the same signature.
  if (attach && /[&=]/.test(attach)) {
    throw new WxpayError(
      'ERR_WXPAY_ORDER_INVALID',
      '"attach" may hold neither & nor = under API v2: encodeURIComponent() it, and decode it where you read it',
    );
  }
  return attach;
}

function limitPay({ limit_pay }: PlaceableOrder): string | undefined {
  if (!limit_pay?.length) return undefined;
  if (limit_pay.length === 1 && limit_pay[0] === 'no_credit') return 'no_credit';
  throw new WxpayError('ERR_WXPAY_ORDER_INVALID', `"limit_pay" can only be ['no_credit'] under API v2`);
}

function sceneInfo({ scene_info }: PlaceableOrder, trade_type: PlaceV2['trade_type']): string | undefined {
  const { h5_info = WEB_PAGE, store_info } = scene_info ?? {};
  if (trade_type === 'MWEB') {
    if (store_info) {
      const message = '"scene_info.store_info" cannot be sent with an h5 order under API v2';
      throw new WxpayError('ERR_WXPAY_ORDER_INVALID', message);
    }
    return JSON.stringify({ h5_info: h5Info(h5_info) });
  }
  return store_info && JSON.stringify({ store_info });
}

/** API v2 has other names for the `app_name` and `app_url` of a web page. */
function h5Info({ app_name, app_url, ...info }: H5Info): object {
  return info.type === 'Wap'
    ? { ...info, wap_url: app_url, wap_name: app_name }
    : present({ ...info, app_name, app_url });
}

type H5Info = NonNullable<NonNullable<PlaceableOrder['scene_info']>['h5_info']>;
