import { isIP } from 'node:net';
import { fromV2 } from '../../core/beijing-time.js';
import { codeUrl, h5Url } from '../ledger/links.js';
import type { LedgerOrder, OrderRequest } from '../ledger/order.js';
import { deliverable } from '../notify-url.js';
import { personBehind, type World } from '../world.js';
import type { Call, Endpoint, Outcome } from './endpoint.js';
import { COMMON, type FieldRules, OUT_TRADE_NO } from './fields.js';
import type { FieldsOut } from './payment-fields.js';
import { PLACE_REFUSED } from './refusals.js';

const TIME = /^\d{14}$/;
const SHORTEST_SECONDS = 60;

const rules: FieldRules = {
  ...COMMON,
  device_info: { max: 32, optional: true },
  body: { max: 127 },
  detail: { max: 6144, optional: true },
  attach: { max: 127, optional: true },
  out_trade_no: OUT_TRADE_NO,
  fee_type: { max: 16, optional: true, form: /^[A-Z]{3}$/ },
  total_fee: { max: 15, form: /^[1-9]\d*$/ },
  spbill_create_ip: { max: 64 },
  time_start: { max: 14, optional: true, form: TIME },
  time_expire: { max: 14, optional: true, form: TIME },
  goods_tag: { max: 32, optional: true },
  notify_url: { max: 256 },
  trade_type: { max: 16, form: /^(?:JSAPI|NATIVE|APP|MWEB)$/ },
  product_id: { max: 32, optional: true },
  limit_pay: { max: 32, optional: true, form: /^no_credit$/ },
  openid: { max: 128, optional: true },
  sub_openid: { max: 128, optional: true },
  receipt: { max: 8, optional: true, form: /^Y$/ },
  profit_sharing: { max: 16, optional: true, form: /^[YN]$/ },
  scene_info: { max: 256, optional: true },
};

/** What one way of paying needs besides. */
const NEEDED: Record<string, string | undefined> = { JSAPI: 'openid', NATIVE: 'product_id', MWEB: 'scene_info' };

/**
 * `POST /pay/unifiedorder`.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936530
 */
export const unifiedorder = (world: World): Endpoint => ({
  path: '/pay/unifiedorder',
  rules,
  run: (call) => {
    const fault = malformed(world, call);
    if (fault) return { return_msg: fault };
    const request = requestOf(call);
    const { time_expire } = request;
    const known = world.ledger.find(request.mchid, request.out_trade_no, { sub_mchid: request.sub_mchid });
    if (!known && time_expire !== undefined && time_expire < world.clock.now() + SHORTEST_SECONDS) {
      return { err_code: 'INVALID_REQUEST', err_code_des: 'time_expire时间过短，至少1分钟' };
    }
    const placed = world.ledger.place(request);
    if ('refused' in placed) return PLACE_REFUSED[placed.refused];
    return success(world, placed);
  },
});

function malformed(world: World, { appid, sub_appid, fields }: Call): string | undefined {
  const trade_type = fields.get('trade_type') as string;
  const needed = NEEDED[trade_type];
  if (needed && !fields.get(needed) && !(needed === 'openid' && fields.get('sub_openid')))
    return `${trade_type}支付必须传${needed}`;
  if (!isIP(fields.get('spbill_create_ip') as string)) return 'spbill_create_ip参数格式有误';
  if (!deliverable(fields.get('notify_url') as string, world.rules)) return 'notify_url参数格式有误';
  const expire = fields.get('time_expire');
  if (expire && Number.isNaN(secondsOf(expire))) return 'time_expire参数格式有误';
  const openid = fields.get('openid');
  if (trade_type === 'JSAPI' && openid && !personBehind(world, appid, openid)) return 'appid and openid not match';
  const sub_openid = fields.get('sub_openid');
  if (sub_openid && !sub_appid) return 'sub_openid需要sub_appid';
  if (sub_openid && !personBehind(world, sub_appid as string, sub_openid)) return 'sub_appid and sub_openid not match';
  return undefined;
}

const secondsOf = (compact: string): number => Date.parse(fromV2(compact) ?? '') / 1000;

function requestOf({ merchant, appid, sub_appid, sub_mchid, fields, signType }: Call): OrderRequest {
  const text = (name: string): string => fields.get(name) as string;
  const request: OrderRequest = {
    api: 'v2',
    mchid: merchant.mchid,
    appid,
    out_trade_no: text('out_trade_no'),
    trade_type: text('trade_type'),
    description: text('body'),
    total: Number(text('total_fee')),
    currency: text('fee_type') || 'CNY',
    notify_url: text('notify_url'),
    sign_type: signType,
    ...(sub_appid && { sub_appid }),
    ...(sub_mchid && { sub_mchid }),
  };
  for (const name of ['openid', 'sub_openid', 'attach', 'detail', 'goods_tag', 'device_info'] as const) {
    const value = fields.get(name);
    if (value) request[name] = value;
  }
  const expire = fields.get('time_expire');
  if (expire) request.time_expire = secondsOf(expire);
  return request;
}

function success(world: World, { order, prepay_id }: { order: LedgerOrder; prepay_id: string }): Outcome {
  const { trade_type, device_info } = order;
  const fields: FieldsOut = new Map();
  if (device_info) fields.set('device_info', device_info);
  fields.set('trade_type', trade_type).set('prepay_id', prepay_id);
  if (trade_type === 'NATIVE') fields.set('code_url', codeUrl(world, order));
  if (trade_type === 'MWEB') fields.set('mweb_url', h5Url(world, order, prepay_id));
  return { fields };
}
