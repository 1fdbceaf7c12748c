import { WxpayError, type WxpayErrorCode } from './errors.js';

interface Limit {
  most: number;
  unit: 'bytes' | 'characters';
}

const bytes = (most: number): Limit => ({ most, unit: 'bytes' });
const characters = (most: number): Limit => ({ most, unit: 'characters' });

/** A text of an order or a refund, under the name the host gives it (v3's), with the longest that each API version takes. */
interface TextRule {
  /** A path; `*` is each element of a list. */
  name: string;
  /** v2's own name of the field, where v2 sends one. */
  v2?: Limit & { field: string };
  v3?: Limit;
}

/**
 * Every text we send that the host chooses. WeChat counts bytes of UTF-8 where its documentation or a refusal says so
 * (字节数 203，大于最大值 128). Elsewhere the documented number is counted in characters, so that no text is refused here
 * that WeChat may take.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936530
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 */
const TEXTS: readonly TextRule[] = [
  { name: 'description', v2: { field: 'body', ...bytes(128) }, v3: characters(127) },
  { name: 'attach', v2: { field: 'attach', ...characters(127) }, v3: bytes(128) },
  { name: 'goods_tag', v2: { field: 'goods_tag', ...characters(32) }, v3: characters(32) },
  { name: 'detail', v2: { field: 'detail', ...characters(6144) }, v3: bytes(6144) },
  { name: 'detail.invoice_id', v3: characters(32) },
  { name: 'detail.goods_detail.*.merchant_goods_id', v3: characters(32) },
  { name: 'detail.goods_detail.*.wechatpay_goods_id', v3: characters(32) },
  { name: 'detail.goods_detail.*.goods_name', v3: characters(256) },
  { name: 'scene_info', v2: { field: 'scene_info', ...characters(256) } },
  { name: 'scene_info.device_id', v2: { field: 'device_info', ...characters(32) }, v3: characters(32) },
  { name: 'scene_info.store_info.id', v3: characters(32) },
  { name: 'scene_info.store_info.name', v3: characters(256) },
  { name: 'scene_info.store_info.area_code', v3: characters(32) },
  { name: 'scene_info.store_info.address', v3: characters(512) },
  { name: 'scene_info.h5_info.app_name', v3: characters(64) },
  { name: 'scene_info.h5_info.app_url', v3: characters(128) },
  { name: 'scene_info.h5_info.bundle_id', v3: characters(128) },
  { name: 'scene_info.h5_info.package_name', v3: characters(128) },
  { name: 'reason', v2: { field: 'refund_desc', ...characters(80) }, v3: characters(80) },
];

/** Sent as JSON, and measured as it is sent. */
const IS_OBJECT = new Set(['detail', 'scene_info']);

/** A limit of one API version, and where in its message the text lies. */
interface TextLimit extends Limit {
  name: string;
  path: readonly [string, ...string[]];
  isObject: boolean;
}

/** v2's fields are flat. */
const LIMITS: Record<'v2' | 'v3', readonly TextLimit[]> = {
  v2: TEXTS.flatMap(({ name, v2 }) => (v2 ? { ...v2, name, path: [v2.field], isObject: IS_OBJECT.has(name) } : [])),
  v3: TEXTS.flatMap(({ name, v3 }) =>
    v3 ? { ...v3, name, path: name.split('.') as [string], isObject: IS_OBJECT.has(name) } : [],
  ),
};

/**
 * Refuses a message with a text that this API version does not take.
 *
 * @param sent the fields of the message under their wire names
 * @throws {WxpayError} `code`, naming the field as the host knows it
 */
export function checkTexts(version: 'v2' | 'v3', sent: object, code: WxpayErrorCode): void {
  for (const limit of LIMITS[version]) {
    const [first, ...rest] = limit.path;
    const field: unknown = (sent as Record<string, unknown>)[first];
    if (field === undefined) continue;
    for (const value of valuesAt(field, rest)) {
      const fault = faultOf(value, limit);
      if (fault) throw new WxpayError(code, `under API ${version} "${limit.name}" ${fault}`);
    }
  }
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return value === undefined ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Object.values(value).flatMap((item) => valuesAt(item, rest));
  return valuesAt((value as Record<string, unknown>)[step], rest);
}

/** What is wrong with a text, as the end of a sentence; `undefined` when nothing is. */
function faultOf(value: unknown, { most, unit, isObject }: TextLimit): string | undefined {
  const text = isObject && typeof value === 'object' ? JSON.stringify(value) : value;
  if (typeof text !== 'string') return `${rule(most, unit)}, not ${typeof text}`;
  if (!text.isWellFormed()) return `${rule(most, unit)}, and holds half a surrogate pair`;
  const found = unit === 'bytes' ? Buffer.byteLength(text) : charactersOf(text, most);
  return found > most ? `${rule(most, unit)}, and has ${found}` : undefined;
}

/** A text has at most as many characters as code units: most texts are not gone through. */
const charactersOf = (text: string, most: number): number => (text.length <= most ? text.length : [...text].length);

function rule(most: number, unit: Limit['unit']): string {
  const length = unit === 'bytes' ? 'bytes of UTF-8 (a Chinese character takes three)' : 'characters';
  return `must be a string of at most ${most} ${length}`;
}
