import { isAbsent } from '../../util/absent.js';
import { foreignId } from '../ids.js';

/** What building v3 requests and checking v3 messages needs of a merchant. `sub_mchid` makes it a service provider's. */
export interface MerchantV3 {
  appid: string;
  mchid: string;
  sub_appid?: string | undefined;
  sub_mchid?: string | undefined;
  notifyUrl: string;
  refundNotifyUrl: string;
}

/** A request before it is signed. */
export interface Call {
  /** How errors name it. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, encoded. */
  path: string;
  /** An object, or the text of one. */
  body?: object | string;
  /** Beyond those that every request has. */
  headers?: Readonly<Record<string, string>>;
}

/** A service provider's numbers travel as `sp_…`, those of the shop it serves as `sub_…`. */
export const isPartner = ({ sub_mchid }: MerchantV3): boolean => sub_mchid !== undefined;

/** The appid that owns the payer's openid, and therefore signs for the page. */
export const payingAppid = ({ appid, sub_appid }: MerchantV3): string => sub_appid ?? appid;

/** Names of the merchant in queries and closes, where an appid is not asked for. */
export const mchids = ({ mchid, sub_mchid }: MerchantV3): Record<string, string> =>
  sub_mchid === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid };

/** `name=value&…`, percent-encoded as it is signed and sent; values that are `undefined` are left out. */
export function query(values: Record<string, string | undefined>): string {
  const pairs = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

/** What a message must name to be believed to be this merchant's. */
export type MerchantNames = 'appid and mchid' | 'mchid' | 'nothing';

/**
 * What names another merchant in a message, as the end of a sentence; `undefined` when nothing does. A provider's messages must name
 * the shop it serves as well, and a direct merchant's name no provider. Names beyond the required ones are compared when they are there.
 */
export function foreignField(
  value: Readonly<Record<string, unknown>>,
  merchant: MerchantV3,
  required: MerchantNames,
): string | undefined {
  const { appid, mchid, sub_appid, sub_mchid } = merchant;
  const own: Record<string, string | undefined> = isPartner(merchant)
    ? { sp_mchid: mchid, sub_mchid, sp_appid: appid, sub_appid }
    : { mchid, appid, sp_mchid: undefined, sub_mchid: undefined, sp_appid: undefined, sub_appid: undefined };
  for (const [name, ours] of Object.entries(own)) {
    const theirs = value[name];
    const matches = isAbsent(theirs) ? ours === undefined || !isRequired(name, required) : theirs === ours;
    if (!matches) return foreignId(name, theirs, ours);
  }
  return undefined;
}

// sub_appid is left out by WeChat where the payer is known by the provider's own appid.
const isRequired = (name: string, required: MerchantNames): boolean =>
  required !== 'nothing' && (name.endsWith('mchid') || (required === 'appid and mchid' && name !== 'sub_appid'));
