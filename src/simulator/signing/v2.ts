import { type SignTypeV2, signV2 } from '../../core/v2/sign.js';

/** The fields of one message of API v2, in the order in which they are written. */
export type Fields = Map<string, string | number>;

/** Adds `sign` after the other fields. */
export function withSign(
  fields: ReadonlyMap<string, string | number>,
  key: string,
  signType: SignTypeV2,
): Fields {
  const texts = new Map([...fields].map(([name, value]) => [name, String(value)]));
  return new Map([...fields, ['sign', signV2(texts, key, signType)]]);
}
