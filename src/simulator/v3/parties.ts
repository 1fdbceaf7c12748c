import { z } from 'zod';
import type { Merchant } from '../accounts/merchant.js';
import type { SimulatorState } from '../state.js';
import { refuse } from './refusal.js';
import { text, valid } from './valid.js';

/** The merchants and accounts of an order. */
export interface Parties {
  mchid: string;
  appid: string;
  sub_mchid?: string;
  sub_appid?: string;
}

/** The fields that name the parties, in an order of a merchant or of a service provider. */
export const partyFields = (partner: boolean): Record<string, z.ZodType> =>
  partner
    ? {
        sp_appid: text(32),
        sp_mchid: text(32),
        sub_appid: text(32).optional(),
        sub_mchid: text(32),
      }
    : { appid: text(32), mchid: text(32) };

/**
 * Checks that the accounts and merchants of an order belong together.
 *
 * @throws {Refused} 400 `APPID_MCHID_NOT_MATCH`, 403 `NO_AUTH`
 */
export function partiesOf(
  { apps }: SimulatorState,
  merchant: Merchant,
  body: Record<string, unknown>,
): Parties {
  const { mchid } = merchant;
  const appid = String(body.sp_appid ?? body.appid);
  if (!apps.has(appid) || !merchant.appids.includes(appid)) {
    notMatching('appid和mch_id不匹配，请检查后再试');
  }
  if (body.sub_mchid === undefined) return { mchid, appid };
  const sub_mchid = String(body.sub_mchid);
  const accounts = accountsOf(merchant, sub_mchid);
  if (body.sub_appid === undefined) return { mchid, appid, sub_mchid };
  const sub_appid = String(body.sub_appid);
  if (!accounts.includes(sub_appid)) notMatching('sub_appid和sub_mchid不匹配，请检查后再试');
  return { mchid, appid, sub_mchid, sub_appid };
}

const notMatching = (message: string): never => refuse(400, 'APPID_MCHID_NOT_MATCH', message);

/**
 * The accounts of a merchant that this service provider serves.
 *
 * @throws {Refused} 403 `NO_AUTH`
 */
export const accountsOf = ({ subMerchants = {} }: Merchant, sub_mchid: string): readonly string[] =>
  (Object.hasOwn(subMerchants, sub_mchid) && subMerchants[sub_mchid]) ||
  refuse(403, 'NO_AUTH', '特约子商户商户号未授权服务商的产品权限');

/**
 * The merchant whom a query or a close of a service provider names.
 *
 * @throws {Refused}
 */
export function subMerchantOf(
  merchant: Merchant,
  partner: boolean,
  values: unknown,
  location: 'body' | 'query',
): { sub_mchid?: string } {
  if (!partner) {
    valid(z.looseObject({ mchid: text(32) }), values, location);
    return {};
  }
  const schema = z.looseObject({ sp_mchid: text(32), sub_mchid: text(32) });
  const { sub_mchid } = valid(schema, values, location);
  accountsOf(merchant, sub_mchid);
  return { sub_mchid };
}
