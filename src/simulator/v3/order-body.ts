import { isIP } from 'node:net';
import { z } from 'zod';
import { isNotifyUrl } from '../payments/notify-url.js';
import type { Rules } from '../scenarios/rules.js';
import { partyFields } from './parties.js';
import { fen, limitBytes, out_trade_no, text, textInBytes } from './valid.js';

/** The ways of paying, by the last part of the path, and their `trade_type`. */
export const TRADE_TYPES = { jsapi: 'JSAPI', native: 'NATIVE', app: 'APP', h5: 'MWEB' } as const;
export type Way = keyof typeof TRADE_TYPES;

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const DETAIL_BYTES = 6144;

const time = z.string().refine((when) => RFC3339.test(when) && !Number.isNaN(Date.parse(when)));

const goods = z.looseObject({
  merchant_goods_id: text(32),
  goods_name: text(256).optional(),
  quantity: z.int().min(1),
  unit_price: z.int().min(0),
});
const detail = z
  .looseObject({ goods_detail: z.array(goods).optional() })
  .superRefine((detail, context) => limitBytes(JSON.stringify(detail), DETAIL_BYTES, context));

const store_info = z.looseObject({
  id: text(32),
  name: text(256).optional(),
  area_code: text(32).optional(),
  address: text(512).optional(),
});
const h5_info = z.looseObject({
  type: text(32),
  app_name: text(64).optional(),
  app_url: text(128).optional(),
});
const sceneFields = {
  payer_client_ip: z.string().refine((address) => isIP(address) > 0),
  device_id: text(32).optional(),
  store_info: store_info.optional(),
};

const payer = z.looseObject({ openid: text(128) });
const partnerPayer = z
  .looseObject({ sp_openid: text(128).optional(), sub_openid: text(128).optional() })
  .refine(({ sp_openid, sub_openid }) => sp_openid !== undefined || sub_openid !== undefined, {
    path: ['sp_openid'],
  });

const payerOf = (way: Way, partner: boolean) => {
  if (way !== 'jsapi') return z.unknown().optional();
  return partner ? partnerPayer : payer;
};

/** The rule can be changed at any time, so that it is asked at each request. */
const descriptionOf = (rules: Rules) =>
  z.string().superRefine((value, context) => {
    const schema = rules.descriptionInBytes ? textInBytes(127) : text(127);
    for (const issue of schema.safeParse(value).error?.issues ?? []) {
      context.addIssue(issue as z.core.$ZodRawIssue);
    }
  });

/** The body of a request that places an order. */
export const orderBody = (rules: Rules, way: Way, partner: boolean) =>
  z.looseObject({
    ...partyFields(partner),
    description: descriptionOf(rules),
    out_trade_no,
    time_expire: time.optional(),
    attach: textInBytes(128, 0).optional(),
    notify_url: text(255).refine((address) => isNotifyUrl(address, rules)),
    goods_tag: text(32).optional(),
    support_fapiao: z.boolean().optional(),
    amount: z.looseObject({ total: fen, currency: z.literal('CNY').optional() }),
    payer: payerOf(way, partner),
    detail: detail.optional(),
    scene_info:
      way === 'h5'
        ? z.looseObject({ ...sceneFields, h5_info })
        : z.looseObject(sceneFields).optional(),
    settle_info: z.looseObject({ profit_sharing: z.boolean().optional() }).optional(),
    limit_pay: z.array(z.enum(['no_balance', 'no_credit', 'no_debit'])).optional(),
  });

export type OrderBody = z.infer<ReturnType<typeof orderBody>>;
