import { type SignTypeV2, signV2 } from '../../core/v2/sign.js';

/** The fields with their `sign` at the end. */
export function signed(
  fields: ReadonlyMap<string, string | number>,
  key: string,
  signType: SignTypeV2,
): Map<string, string | number> {
  const text = new Map([...fields].map(([name, value]) => [name, String(value)]));
  return new Map([...fields, ['sign', signV2(text, key, signType)]]);
}
