import { createDecipheriv, createHash } from 'node:crypto';
import { canonicalBase64 } from '../../core/crypto/base64.js';
import { conclude } from '../conclude.js';
import { text } from '../text.js';
import type { Explanation, NamedSecret } from '../types.js';

const subject = 'v2 refund notification';

/**
 * Explains the encryption of a refund notification of API v2, which has no signature.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936540
 */
export function explainRefund(req_info: string, keys: readonly NamedSecret[]): Explanation {
  const sealed = canonicalBase64(req_info);
  if (!sealed || sealed.length === 0 || sealed.length % 16 !== 0) {
    const blanks = / /.test(req_info) ? text(': it contains blanks', '：含有空格') : '';
    return conclude({ subject, checked: true, causes: [['req-info-form', blanks]] });
  }
  if (keys.length === 0) return conclude({ subject, checked: false, causes: [], notes: [UNCHECKED] });
  const content = keys.map(({ secret }) => opened(lowerCaseKey(secret), sealed)).find((each) => each !== undefined);
  if (content !== undefined) return conclude({ subject, checked: true, causes: [], notes: [UNSIGNED], content });
  const how = WRONG_KEYS.find(({ keyOf }) =>
    keys.some(({ secret }) => opened(keyOf(secret), sealed) !== undefined),
  )?.how;
  return conclude({ subject, checked: true, causes: [['req-info-key', how ?? '']] });
}

const UNCHECKED = text('no APIv2 key was given: the content was not opened', '未提供 APIv2 密钥，没有解密');
const UNSIGNED = text(
  'it carries no signature: ask WeChat Pay for the refund before you believe it',
  '该通知没有签名：请先向微信支付查询退款，再据此处理',
);

const md5 = (secret: string): string => createHash('md5').update(secret).digest('hex');
const lowerCaseKey = (secret: string): Buffer => Buffer.from(md5(secret));

/** Keys that only a faulty sender would use. */
const WRONG_KEYS = [
  {
    keyOf: (secret: string) => Buffer.from(md5(secret).toUpperCase()),
    how: text(': it was encrypted with the MD5 in capitals', '：加密使用了大写的 MD5'),
  },
  {
    keyOf: (secret: string) => Buffer.from(secret),
    how: text(': it was encrypted with the key itself', '：加密直接使用了密钥'),
  },
];

function opened(key: Buffer, sealed: Buffer): string | undefined {
  if (key.length !== 32) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-ecb', key, null);
    const content = Buffer.concat([decipher.update(sealed), decipher.final()]).toString();
    // Padding that fits by chance is no proof of the key.
    return content.includes('<') ? content : undefined;
  } catch {
    return undefined;
  }
}
