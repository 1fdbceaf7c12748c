import { readXml } from '../../core/v2/xml/read.js';
import type { FoundCause } from '../causes/cause.js';
import { conclude } from '../conclude.js';
import { text } from '../text.js';
import type { Explanation, Known, NamedSecret } from '../types.js';
import type { Field } from './field-ways.js';
import { explainRefund } from './refund-notification.js';
import { expectedText, explainFields } from './signed-fields.js';

/**
 * Explains the signature of a request, an answer or a notification of API v2. A notification of a refund has no signature: its
 * content is opened.
 *
 * @param known.apiV2Keys the key of the merchant first
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891
 */
export function explainMessageV2(body: Buffer, known: Known): Explanation {
  const read = readFields(body);
  if ('problem' in read)
    return conclude({ subject: 'v2 message', checked: false, causes: [['xml-unreadable', read.problem]] });
  const { fields } = read;
  const values = new Map(fields);
  const req_info = values.get('req_info');
  if (req_info !== undefined && !values.has('sign')) return explainRefund(req_info, known.apiV2Keys ?? []);
  const subject = 'v2 message';
  const expected = expectedText(fields);
  const sign = values.get('sign');
  if (sign === undefined || sign === '') return unsigned(values, expected);
  const [secret, others] = keysFor(values.get('mch_id') ?? values.get('mchid'), known);
  if (!secret) return conclude({ subject, checked: false, expected, causes: [], notes: [UNCHECKED] });
  const signed = { fields, sign, signType: values.get('sign_type') ?? '' };
  return conclude({ subject, checked: true, ...explainUnnamed(signed, secret, others, known.signed) });
}

const UNCHECKED = text('no APIv2 key was given: the signature was not checked', '未提供 APIv2 密钥，没有验签');

/** Without `sign_type` a message may be signed either way: an answer and a notification follow the order. */
function explainUnnamed(...[signed, secret, others, logged]: Parameters<typeof explainFields>) {
  if (signed.signType !== '' || signed.sign.length !== 64) return explainFields(signed, secret, others, logged);
  const hmac = explainFields({ ...signed, signType: 'HMAC-SHA256' }, secret, others, logged);
  if (hmac.causes.length > 0) return explainFields(signed, secret, others, logged);
  return { ...hmac, notes: [WITHOUT_TYPE] };
}

const WITHOUT_TYPE = text(
  'it is signed with HMAC-SHA256 without saying so (sign_type): right for answers and notifications of such orders, refused in a request',
  '使用 HMAC-SHA256 签名但没有 sign_type：应答和通知可以如此，请求会被拒绝',
);

function unsigned(values: ReadonlyMap<string, string>, expected: string): Explanation {
  const failed = values.get('return_code') === 'FAIL';
  const causes: FoundCause[] = failed ? [] : [['no-sign']];
  const notes = failed ? [text('answers with return_code=FAIL are not signed', 'return_code=FAIL 的应答没有签名')] : [];
  return conclude({ subject: 'v2 message', checked: false, ...(failed ? {} : { expected }), causes, notes });
}

/** The key of the merchant that the message names, and the others. Keys of unknown merchants may be anyone's. */
export function keysFor(
  mchid: string | undefined,
  { apiV2Keys = [], apiV3Keys = [] }: Known,
): [NamedSecret | undefined, NamedSecret[]] {
  const own =
    apiV2Keys.find((key) => key.mchid === mchid) ?? apiV2Keys.find((key) => key.mchid === undefined) ?? apiV2Keys[0];
  const others = [...apiV2Keys, ...apiV3Keys].filter((key) => key !== own && key.secret !== own?.secret);
  return [own, others];
}

function readFields(body: Buffer): { fields: Field[] } | { problem: string } {
  try {
    return { fields: [...readXml(body)] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: message.replace(/^not an XML message of API v2: /, '') };
  }
}
