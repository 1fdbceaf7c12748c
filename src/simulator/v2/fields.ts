import { tooManyBytes } from '../messages/too-many-bytes.js';

/** The form of a field. */
export interface FieldRule {
  /** The largest number of characters. */
  max: number;
  /** Counts bytes of UTF-8 instead of characters. The value is what WeChat calls the field. */
  bytes?: string;
  optional?: boolean;
  form?: RegExp;
}

export type FieldRules = Record<string, FieldRule>;

const SIGNATURE: FieldRules = {
  nonce_str: { max: 32 },
  sign: { max: 64 },
  sign_type: { max: 32, optional: true, form: /^(?:MD5|HMAC-SHA256)$/ },
};

/** The fields of every call. */
export const COMMON: FieldRules = {
  appid: { max: 32 },
  mch_id: { max: 32 },
  sub_appid: { max: 32, optional: true },
  sub_mch_id: { max: 32, optional: true },
  ...SIGNATURE,
};

/** The fields of a call whose other fields are not known. */
export const UNNAMED: FieldRules = SIGNATURE;

export const OUT_TRADE_NO: FieldRule = { max: 32, form: /^[0-9A-Za-z_\-|*]{6,32}$/ };

/** The `return_msg` for the first field that is missing, too long or malformed. */
export function firstProblem(
  rules: FieldRules,
  fields: ReadonlyMap<string, string>,
): string | undefined {
  for (const [name, rule] of Object.entries(rules)) {
    const problem = problemOf(name, rule, fields.get(name));
    if (problem) return problem;
  }
  return undefined;
}

function problemOf(
  name: string,
  { max, bytes, optional, form }: FieldRule,
  value: string | undefined,
): string | undefined {
  if (!value) return optional ? undefined : `缺少参数${name}`;
  if (bytes && Buffer.byteLength(value) > max) {
    return tooManyBytes(`/body/xml/${name}`, bytes, Buffer.byteLength(value), max);
  }
  if (!bytes && [...value].length > max) return `${name}参数长度有误`;
  return form && !form.test(value) ? `${name}参数格式有误` : undefined;
}
