import { z } from 'zod';
import type { Merchant, World } from '../world.js';
import { refuse } from './refusal.js';
import { text, valid } from './valid.js';

/** Who orders and for whom, in the ledger's words. */
export interface Parties {
  mchid: string;
  appid: string;
  sub_mchid?: string;
  sub_appid?: string;
}

/** The fields that name the merchant, of a merchant's own order or of a service provider's. */
export const partyFields = (partner: boolean): Record<string, z.ZodType> =>
  partner
    ? { sp_appid: text(32), sp_mchid: text(32), sub_appid: text(32).optional(), sub_mchid: text(32) }
    : { appid: text(32), mchid: text(32) };

/**
 * Whether these accounts and merchants belong together.
 *
 * @throws {Refused} 400 `APPID_MCHID_NOT_MATCH`, 403 `NO_AUTH`
 */
export function parties(world: World, merchant: Merchant, body: Record<string, unknown>): Parties {
  const { mchid } = merchant;
  const appid = String(body.sp_appid ?? body.appid);
  if (!world.apps.has(appid) || !merchant.appids.includes(appid)) mismatch('appid和mch_id不匹配，请检查后再试');
  if (body.sub_mchid === undefined) return { mchid, appid };
  const sub_mchid = String(body.sub_mchid);
  const accounts = served(merchant, sub_mchid);
  if (body.sub_appid === undefined) return { mchid, appid, sub_mchid };
  const sub_appid = String(body.sub_appid);
  if (!accounts.includes(sub_appid)) mismatch('sub_appid和sub_mchid不匹配，请检查后再试');
  return { mchid, appid, sub_mchid, sub_appid };
}

const mismatch = (message: string): never => refuse(400, 'APPID_MCHID_NOT_MATCH', message);

/** The accounts of a merchant that this service provider serves. @throws {Refused} 403 `NO_AUTH` */
export const served = ({ subMerchants = {} }: Merchant, sub_mchid: string): readonly string[] =>
  (Object.hasOwn(subMerchants, sub_mchid) && subMerchants[sub_mchid]) ||
  refuse(403, 'NO_AUTH', '特约子商户商户号未授权服务商的产品权限');

/**
 * The merchant a query or a close names; of a service provider the one it serves.
 *
 * @throws {Refused}
 */
export function named(
  merchant: Merchant,
  partner: boolean,
  values: unknown,
  location: 'body' | 'query',
): { sub_mchid?: string } {
  if (!partner) {
    valid(z.looseObject({ mchid: text(32) }), values, location);
    return {};
  }
  const { sub_mchid } = valid(z.looseObject({ sp_mchid: text(32), sub_mchid: text(32) }), values, location);
  served(merchant, sub_mchid);
  return { sub_mchid };
}
