/** What a field must look like: required unless `optional`, at most `max` characters. */
export interface FieldRule {
  max: number;
  optional?: boolean;
  form?: RegExp;
}

export type FieldRules = Record<string, FieldRule>;

/** Fields of every call. */
export const COMMON: FieldRules = {
  appid: { max: 32 },
  mch_id: { max: 32 },
  sub_appid: { max: 32, optional: true },
  sub_mch_id: { max: 32, optional: true },
  nonce_str: { max: 32 },
  sign: { max: 64 },
  sign_type: { max: 32, optional: true, form: /^(?:MD5|HMAC-SHA256)$/ },
};

/** 6 to 32 of these. */
export const OUT_TRADE_NO: FieldRule = { max: 32, form: /^[0-9A-Za-z_\-|*]{6,32}$/ };

/** The `return_msg` for the first field that is missing, too long or malformed; it names the field. */
export function firstFault(rules: FieldRules, fields: ReadonlyMap<string, string>): string | undefined {
  for (const [name, { max, optional, form }] of Object.entries(rules)) {
    const value = fields.get(name);
    if (!value) {
      if (!optional) return `缺少参数${name}`;
    } else if ([...value].length > max) {
      return `${name}参数长度有误`;
    } else if (form && !form.test(value)) {
      return `${name}参数格式有误`;
    }
  }
  return undefined;
}
