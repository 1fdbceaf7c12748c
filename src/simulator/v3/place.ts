import { SECOND, toUnixSeconds } from '../../util/clock.js';
import { findPerson } from '../accounts/person.js';
import { originOf } from '../http/addresses.js';
import type { OrderRefusal } from '../ledger/ledger.js';
import type { OrderRequest } from '../ledger/order.js';
import { codeUrl, h5Url } from '../payments/links.js';
import type { SimulatorState } from '../state.js';
import type { Call, Endpoint } from './endpoint.js';
import { type OrderBody, orderBody, TRADE_TYPES, type Way } from './order-body.js';
import { type Parties, partiesOf } from './parties.js';
import { refuse } from './refusal.js';
import { valid } from './valid.js';

/**
 * `POST /v3/pay/transactions/{jsapi|native|app|h5}`, and the same of a service provider.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 */
export const placeEndpoints = (state: SimulatorState, partner: boolean): Endpoint[] =>
  (Object.keys(TRADE_TYPES) as Way[]).map((way) => {
    const schema = orderBody(state.rules, way, partner);
    return {
      method: 'POST',
      path: `/v3/pay${partner ? '/partner' : ''}/transactions/${way}`,
      transactions: true,
      run: (call) => ({ body: place(state, way, call, valid(schema, call.body)) }),
    };
  });

function place(state: SimulatorState, way: Way, { merchant, req }: Call, body: OrderBody): object {
  const { ledger, switches } = state;
  const parties = partiesOf(state, merchant, body);
  const request = requestOf(TRADE_TYPES[way], parties, body);
  checkPayer(state, request);
  const { v2Orders } = switches.v3;
  const { sub_mchid } = parties;
  const known = ledger.find(merchant.mchid, request.out_trade_no, { sub_mchid });
  if (v2Orders === 'used' && known?.api === 'v2') refused(state, 'changed');
  const placed = ledger.place(request, v2Orders === 'unknown');
  if ('refused' in placed) return refused(state, placed.refused);
  const { order, prepay_id } = placed;
  if (way === 'native') return { code_url: codeUrl(state, order) };
  if (way !== 'h5') return { prepay_id };
  return { h5_url: h5Url(state, order, { prepay_id, origin: originOf(req) }) };
}

function requestOf(trade_type: string, parties: Parties, body: OrderBody): OrderRequest {
  type Payer = { openid?: string; sp_openid?: string; sub_openid?: string } | undefined;
  const payer = body.payer as Payer;
  const { amount, attach, goods_tag, time_expire, detail, scene_info } = body;
  const openid = payer?.openid ?? payer?.sp_openid;
  const sub_openid = payer?.sub_openid;
  const device_info = scene_info?.device_id;
  const timeExpire = time_expire && toUnixSeconds(Date.parse(time_expire)) * SECOND;
  return {
    api: 'v3',
    ...parties,
    out_trade_no: body.out_trade_no,
    trade_type,
    description: body.description,
    total: amount.total,
    currency: amount.currency ?? 'CNY',
    notify_url: body.notify_url,
    ...(openid !== undefined && { openid }),
    ...(sub_openid !== undefined && { sub_openid }),
    ...(attach && { attach }),
    ...(goods_tag !== undefined && { goods_tag }),
    ...(detail !== undefined && { detail: JSON.stringify(detail) }),
    ...(timeExpire && { timeExpire }),
    ...(device_info !== undefined && { device_info }),
  };
}

function checkPayer({ people }: SimulatorState, request: OrderRequest): void {
  const { appid, openid, sub_appid, sub_openid } = request;
  const isUnknown = (account: string, id: string | undefined): boolean =>
    id !== undefined && !findPerson(people, account, id);
  if (sub_openid !== undefined && sub_appid === undefined) {
    refuse(400, 'PARAM_ERROR', '传入sub_openid时，sub_appid必填');
  }
  if (isUnknown(appid, openid) || isUnknown(sub_appid ?? '', sub_openid)) {
    refuse(400, 'PARAM_ERROR', '无效的openid');
  }
}

function refused({ rules }: SimulatorState, why: OrderRefusal): never {
  if (why === 'paid') return refuse(400, rules.orderPaidCode, '该订单已支付');
  if (why === 'closed') return refuse(400, 'ORDER_CLOSED', '该订单已关闭');
  if (why === 'changed') return refuse(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  return refuse(400, 'INVALID_REQUEST', '订单已过期');
}
