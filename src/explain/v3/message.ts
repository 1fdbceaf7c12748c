import type { FoundCause } from '../causes/cause.js';
import { conclude } from '../conclude.js';
import { type Text, text } from '../text.js';
import type { Explanation, Known, NamedKey, Recorded } from '../types.js';
import { bodyWays } from './body-ways.js';
import { explainContent } from './content.js';
import { sameSerial, timestampCauses } from './facts.js';
import { type Layout, layoutWays, nonceWays, timestampWays } from './line-ways.js';
import { bytesOf, explainSignature, type Parts } from './signed-text.js';

interface Values {
  timestamp: string;
  nonce: string;
  body: Buffer;
  layout: Layout;
}

const partsOf = ({ timestamp, nonce, body, layout }: Values): Parts => ({ lines: [timestamp, nonce, body], layout });

const HEADERS = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Serial'] as const;
const PROBE = 'WECHATPAY/SIGNTEST/';

/**
 * Explains the signature of an answer or a notification of API v3, and opens the content of a notification.
 *
 * @param known.keys keys of WeChat Pay, by serial
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053420
 */
export function explainMessageV3(message: Recorded, known: Known): Explanation {
  const subject = message.status === undefined ? 'v3 notification' : 'v3 answer';
  const causes = headerCauses(message);
  if (causes.length > 0) {
    const unsigned = (message.status ?? 200) >= 400;
    return conclude({ subject, checked: false, causes: unsigned ? [] : causes, notes: unsigned ? [UNSIGNED] : [] });
  }
  const [timestamp, nonce, signature, serial] = HEADERS.map((name) => headerOf(message, name)) as [
    string,
    string,
    string,
    string,
  ];
  const ways = {
    timestamp: timestampWays(timestamp),
    nonce: nonceWays(nonce),
    body: bodyWays(message.body),
    layout: layoutWays(3),
  };
  const layout = ways.layout[0]?.value as Layout;
  const expected = bytesOf(partsOf({ timestamp, nonce, body: message.body, layout })).toString();
  const { keys = [] } = known;
  const time = timestampCauses(timestamp, known.now);
  const { causes: contentCauses, content } = explainContent(message.body, known.apiV3Keys ?? []);
  if (signature.startsWith(PROBE)) {
    return conclude({ subject, checked: true, expected, causes: [['probe'], ...time, ...contentCauses], content });
  }
  const { signer, signed, causes: why } = explainSignature(signature, known, ways, partsOf);
  // What no RSA key can have made tells nothing about the key.
  const noKey = keys.length === 0 || why.some(([code]) => code === 'signature-length');
  const whose = noKey ? [] : signerCauses(signer, serial, keys);
  const notes = keys.length > 0 ? [] : [UNCHECKED];
  return conclude({
    subject,
    checked: keys.length > 0,
    expected,
    signed,
    causes: [...whose, ...why, ...time, ...contentCauses],
    notes,
    content,
  });
}

const UNSIGNED = text(
  'WeChat Pay does not sign errors: there is nothing to verify',
  '微信支付不对错误应答签名，无需验签',
);
const UNCHECKED: Text = text('no key was given: the signature itself was not checked', '未提供密钥，没有验签');

const headerOf = ({ headers }: Recorded, name: string): string => headers[name.toLowerCase()]?.[0] ?? '';

function headerCauses({ headers }: Recorded): FoundCause[] {
  const count = (name: string): number => headers[name.toLowerCase()]?.filter((value) => value !== '').length ?? 0;
  const missing = HEADERS.filter((name) => count(name) === 0).join(', ');
  if (missing !== '') return [['headers-missing', missing]];
  const twice = HEADERS.filter((name) => count(name) > 1).join(', ');
  return twice === '' ? [] : [['headers-twice', twice]];
}

function signerCauses(signer: NamedKey | undefined, serial: string, keys: readonly NamedKey[]): FoundCause[] {
  if (signer) {
    if (signer.serial === undefined || sameSerial(signer.serial, serial)) return [];
    return [
      ['serial-of-another', text(`it is ${signer.serial}, not ${serial}`, `应为 ${signer.serial}，而不是 ${serial}`)],
    ];
  }
  if (keys.every(({ owner }) => owner === 'merchant')) return [['own-key']];
  const named = keys.some(
    (key) => key.owner !== 'merchant' && (key.serial === undefined || sameSerial(key.serial, serial)),
  );
  return [named ? ['unknown-key'] : ['serial-unknown', serial]];
}
