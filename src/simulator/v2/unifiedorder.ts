import { isIP } from 'node:net';
import { fromV2 } from '../../core/beijing-time.js';
import { SECOND, toUnixSeconds } from '../../util/clock.js';
import { findPerson } from '../accounts/person.js';
import { originOf } from '../http/addresses.js';
import { SHORTEST_EXPIRY } from '../ledger/ledger.js';
import type { LedgerOrder, OrderRequest } from '../ledger/order.js';
import { codeUrl, h5Url } from '../payments/links.js';
import { isNotifyUrl } from '../payments/notify-url.js';
import type { Fields } from '../signing/v2.js';
import type { SimulatorState } from '../state.js';
import type { Call, Endpoint, Outcome } from './endpoint.js';
import { COMMON, type FieldRules, OUT_TRADE_NO } from './fields.js';
import { PLACE_REFUSED } from './refusals.js';

const TIME = /^\d{14}$/;

const rules: FieldRules = {
  ...COMMON,
  device_info: { max: 32, optional: true },
  body: { max: 128, bytes: '商品描述' },
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

/** The field that a way of paying requires in addition. */
const REQUIRED: Record<string, string | undefined> = {
  JSAPI: 'openid',
  NATIVE: 'product_id',
  MWEB: 'scene_info',
};

/**
 * `POST /pay/unifiedorder`
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936530
 */
export const unifiedorder = (state: SimulatorState): Endpoint => ({
  path: '/pay/unifiedorder',
  rules,
  run: (call, req) => {
    const problem = problemOf(state, call);
    if (problem) return { return_msg: problem };
    const request = requestOf(call);
    if (expiresTooSoon(state, request)) {
      return { err_code: 'INVALID_REQUEST', err_code_des: 'time_expire时间过短，至少1分钟' };
    }
    const placed = state.ledger.place(request);
    if ('refused' in placed) return PLACE_REFUSED[placed.refused];
    return success(state, placed, originOf(req));
  },
});

function problemOf(state: SimulatorState, { appid, sub_appid, fields }: Call): string | undefined {
  const text = (name: string): string => fields.get(name) ?? '';
  const trade_type = text('trade_type');
  const openid = text('openid');
  const sub_openid = text('sub_openid');
  const required = REQUIRED[trade_type];
  if (required && !text(required) && !(required === 'openid' && sub_openid)) {
    return `${trade_type}支付必须传${required}`;
  }
  if (!isIP(text('spbill_create_ip'))) return 'spbill_create_ip参数格式有误';
  if (!isNotifyUrl(text('notify_url'), state.rules)) return 'notify_url参数格式有误';
  const time_expire = text('time_expire');
  if (time_expire && Number.isNaN(timeOf(time_expire))) return 'time_expire参数格式有误';
  if (trade_type === 'JSAPI' && openid && !findPerson(state.people, appid, openid)) {
    return 'appid and openid not match';
  }
  if (!sub_openid) return undefined;
  if (!sub_appid) return 'sub_openid需要sub_appid';
  return findPerson(state.people, sub_appid, sub_openid)
    ? undefined
    : 'sub_appid and sub_openid not match';
}

/** Unix milliseconds of a time such as `20260131123456` in Beijing; NaN when there is no such time. */
const timeOf = (compact: string): number => Date.parse(fromV2(compact) ?? '');

function expiresTooSoon({ ledger, clock }: SimulatorState, request: OrderRequest): boolean {
  const { mchid, out_trade_no, sub_mchid, timeExpire } = request;
  if (timeExpire === undefined || ledger.find(mchid, out_trade_no, { sub_mchid })) return false;
  // The wire has whole seconds.
  return timeExpire < toUnixSeconds(clock.now()) * SECOND + SHORTEST_EXPIRY;
}

function requestOf(call: Call): OrderRequest {
  const { merchant, appid, sub_appid, sub_mchid, fields, signType } = call;
  const text = (name: string): string => fields.get(name) ?? '';
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
  const OPTIONAL = [
    'openid',
    'sub_openid',
    'attach',
    'detail',
    'goods_tag',
    'device_info',
  ] as const;
  for (const name of OPTIONAL) {
    const value = fields.get(name);
    if (value) request[name] = value;
  }
  const time_expire = fields.get('time_expire');
  if (time_expire) request.timeExpire = timeOf(time_expire);
  return request;
}

function success(
  state: SimulatorState,
  { order, prepay_id }: { order: LedgerOrder; prepay_id: string },
  origin: string,
): Outcome {
  const { trade_type, device_info } = order;
  const fields: Fields = new Map();
  if (device_info) fields.set('device_info', device_info);
  fields.set('trade_type', trade_type).set('prepay_id', prepay_id);
  if (trade_type === 'NATIVE') fields.set('code_url', codeUrl(state, order));
  if (trade_type === 'MWEB') fields.set('mweb_url', h5Url(state, order, { prepay_id, origin }));
  return { fields };
}
