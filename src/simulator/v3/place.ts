import { isIP } from 'node:net';
import { z } from 'zod';
import { codeUrl, h5Url } from '../ledger/links.js';
import type { LedgerOrder, OrderRequest } from '../ledger/order.js';
import { deliverable } from '../notify-url.js';
import { personBehind, type World } from '../world.js';
import type { Call, Endpoint } from './endpoint.js';
import { type Parties, parties, partyFields } from './parties.js';
import { refuse } from './refusal.js';
import { fen, out_trade_no, text, valid } from './valid.js';

const WAYS = { jsapi: 'JSAPI', native: 'NATIVE', app: 'APP', h5: 'MWEB' } as const;
type Way = keyof typeof WAYS;

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const DETAIL_BYTES = 6144;

const store_info = z.looseObject({
  id: text(32),
  name: text(256).optional(),
  area_code: text(32).optional(),
  address: text(512).optional(),
});
const h5_info = z.looseObject({ type: text(32), app_name: text(64).optional(), app_url: text(128).optional() });
const scene = {
  payer_client_ip: z.string().refine((address) => isIP(address) > 0),
  device_id: text(32).optional(),
  store_info: store_info.optional(),
};
const goods = z.looseObject({
  merchant_goods_id: text(32),
  goods_name: text(256).optional(),
  quantity: z.int().min(1),
  unit_price: z.int().min(0),
});

const bodyOf = (world: World, way: Way, partner: boolean) =>
  z.looseObject({
    ...partyFields(partner),
    description: text(127),
    out_trade_no,
    time_expire: z
      .string()
      .refine((when) => RFC3339.test(when) && !Number.isNaN(Date.parse(when)))
      .optional(),
    attach: text(128, 0).optional(),
    notify_url: text(255).refine((address) => deliverable(address, world.rules)),
    goods_tag: text(32).optional(),
    support_fapiao: z.boolean().optional(),
    amount: z.looseObject({ total: fen, currency: z.literal('CNY').optional() }),
    payer: way === 'jsapi' ? payerOf(partner) : z.unknown().optional(),
    detail: z
      .looseObject({ goods_detail: z.array(goods).optional() })
      .refine((detail) => Buffer.byteLength(JSON.stringify(detail)) <= DETAIL_BYTES)
      .optional(),
    scene_info: way === 'h5' ? z.looseObject({ ...scene, h5_info }) : z.looseObject(scene).optional(),
    settle_info: z.looseObject({ profit_sharing: z.boolean().optional() }).optional(),
    limit_pay: z.array(z.enum(['no_balance', 'no_credit', 'no_debit'])).optional(),
  });

const payerOf = (partner: boolean) => {
  if (!partner) return z.looseObject({ openid: text(128) });
  return z
    .looseObject({ sp_openid: text(128).optional(), sub_openid: text(128).optional() })
    .refine(({ sp_openid, sub_openid }) => sp_openid !== undefined || sub_openid !== undefined, {
      path: ['sp_openid'],
    });
};

type Body = z.infer<ReturnType<typeof bodyOf>>;

/**
 * `POST /v3/pay/transactions/{jsapi|native|app|h5}`, and the service provider's own.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 */
export const placeEndpoints = (world: World, partner: boolean): Endpoint[] =>
  (Object.keys(WAYS) as Way[]).map((way) => {
    const schema = bodyOf(world, way, partner);
    return {
      method: 'POST',
      path: `/v3/pay${partner ? '/partner' : ''}/transactions/${way}`,
      transactions: true,
      run: (call) => ({ body: place(world, way, call, valid(schema, call.body)) }),
    };
  });

function place(world: World, way: Way, { merchant }: Call, body: Body): object {
  const who = parties(world, merchant, body);
  const request = requestOf(WAYS[way], who, body);
  checkPayer(world, request);
  const { v2Orders } = world.switches.v3;
  const known = world.ledger.find(merchant.mchid, request.out_trade_no, { sub_mchid: who.sub_mchid });
  if (v2Orders === 'used' && known?.api === 'v2') refuse(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  const placed = world.ledger.place(request, v2Orders === 'unknown');
  return 'order' in placed ? success(world, way, placed) : refused(world, placed.refused);
}

function requestOf(trade_type: string, who: Parties, body: Body): OrderRequest {
  const payer = body.payer as { openid?: string; sp_openid?: string; sub_openid?: string } | undefined;
  const { description, out_trade_no, notify_url, amount, attach, goods_tag, time_expire, detail, scene_info } = body;
  const openid = payer?.openid ?? payer?.sp_openid;
  return {
    api: 'v3',
    ...who,
    out_trade_no,
    trade_type,
    description,
    total: amount.total,
    currency: amount.currency ?? 'CNY',
    notify_url,
    ...(openid !== undefined && { openid }),
    ...(payer?.sub_openid !== undefined && { sub_openid: payer.sub_openid }),
    ...(attach && { attach }),
    ...(goods_tag !== undefined && { goods_tag }),
    ...(detail !== undefined && { detail: JSON.stringify(detail) }),
    ...(time_expire !== undefined && { time_expire: Math.floor(Date.parse(time_expire) / 1000) }),
    ...(scene_info?.device_id !== undefined && { device_info: scene_info.device_id }),
  };
}

function checkPayer(world: World, { appid, openid, sub_appid, sub_openid }: OrderRequest): void {
  const stranger = (account: string, known: string | undefined): boolean =>
    known !== undefined && !personBehind(world, account, known);
  if (sub_openid !== undefined && sub_appid === undefined)
    refuse(400, 'PARAM_ERROR', '传入sub_openid时，sub_appid必填');
  if (stranger(appid, openid) || stranger(sub_appid ?? '', sub_openid)) refuse(400, 'PARAM_ERROR', '无效的openid');
}

const refused = ({ rules }: World, why: 'paid' | 'closed' | 'changed' | 'expired'): never => {
  if (why === 'paid') return refuse(400, rules.orderPaidCode, '该订单已支付');
  if (why === 'closed') return refuse(400, 'ORDER_CLOSED', '该订单已关闭');
  if (why === 'changed') return refuse(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  return refuse(400, 'INVALID_REQUEST', '订单已过期');
};

function success(world: World, way: Way, { order, prepay_id }: { order: LedgerOrder; prepay_id: string }): object {
  if (way === 'native') return { code_url: codeUrl(world, order) };
  return way === 'h5' ? { h5_url: h5Url(world, order, prepay_id) } : { prepay_id };
}
