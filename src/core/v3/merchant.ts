import { isAbsent } from '../../util/absent.js';
import { type Accounts, appidsOf, subAppidsOf } from '../accounts.js';
import { foreignId } from '../ids.js';
import { isObject, type JsonObject } from '../json.js';

/** What building v3 requests and checking v3 messages needs of a merchant. `sub_mchid` makes it a service provider's. */
export interface MerchantV3 extends Accounts {
  mchid: string;
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

/** The values that a message may have in the fields that name a merchant. A field without any must be absent. */
type Own = Readonly<Record<string, readonly (string | undefined)[]>>;

/**
 * What names another merchant in a message, as the end of a sentence; `undefined` when nothing does. A provider's messages must name
 * the shop it serves as well, and a direct merchant's name no provider. Names beyond the required ones are compared when they are there.
 */
export function foreignField(value: JsonObject, merchant: MerchantV3, required: MerchantNames): string | undefined {
  const { mchid, sub_mchid } = merchant;
  const appids = appidsOf(merchant);
  const own: Own = isPartner(merchant)
    ? { sp_mchid: [mchid], sub_mchid: [sub_mchid], sp_appid: appids, sub_appid: subAppidsOf(merchant) }
    : { mchid: [mchid], appid: appids, ...NO_PARTNER };
  return foreignIn(value, own, (name) => isRequired(name, required));
}

/** A direct merchant's messages name no provider, and no shop that it serves. */
const NO_PARTNER: Own = { sp_mchid: [], sub_mchid: [], sp_appid: [], sub_appid: [] };

// sub_appid is left out by WeChat where the payer is known by the provider's own appid.
const isRequired = (name: string, required: MerchantNames): boolean =>
  required !== 'nothing' && (name.endsWith('mchid') || (required === 'appid and mchid' && name !== 'sub_appid'));

/**
 * As {@link foreignField}, for messages of any other kind: what they name must be ours, and they may name nothing. A provider is
 * named as `mchid` in its own affairs, and so is the shop it serves. Who receives shared profit is told so in a message that names
 * the merchant who shared it, and the receiver beside it.
 */
export function foreignToOthers(value: JsonObject, merchant: MerchantV3): string | undefined {
  const { mchid, sub_mchid } = merchant;
  const { receiver } = value;
  if (isObject(receiver) && receiver.type === 'MERCHANT_ID' && receiver.account === mchid) return undefined;
  const own: Own = isPartner(merchant)
    ? { mchid: [mchid, sub_mchid], appid: [...appidsOf(merchant), ...subAppidsOf(merchant)] }
    : {};
  return foreignIn(value, own, () => false) ?? foreignField(value, merchant, 'nothing');
}

/** As {@link foreignField}, for a combined order: it names its merchant as `combine_mchid`, and each of its orders names one too. */
export function foreignToCombined(
  value: JsonObject,
  orders: readonly JsonObject[],
  merchant: MerchantV3,
): string | undefined {
  const { mchid, sub_mchid } = merchant;
  const names = (name: string): boolean => name.endsWith('mchid');
  const whole = foreignIn(value, { combine_mchid: [mchid], combine_appid: appidsOf(merchant) }, names);
  if (whole !== undefined) return whole;
  const own: Own =
    sub_mchid === undefined
      ? { mchid: [mchid], ...NO_PARTNER }
      : { mchid: [mchid], sub_mchid: [sub_mchid], sub_appid: subAppidsOf(merchant) };
  for (const order of orders) {
    const foreign = foreignIn(order, own, names);
    if (foreign !== undefined) return `sub_orders: ${foreign}`;
  }
  return undefined;
}

function foreignIn(value: JsonObject, own: Own, mustBeThere: (name: string) => boolean): string | undefined {
  for (const [name, values] of Object.entries(own)) {
    const ours = values.filter((one) => one !== undefined);
    const theirs = value[name];
    const matches = isAbsent(theirs) ? ours.length === 0 || !mustBeThere(name) : ours.includes(theirs as string);
    if (!matches) return foreignId(name, theirs, ours.join(' or ') || undefined);
  }
  return undefined;
}
