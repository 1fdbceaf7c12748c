import { type CauseTexts, cause } from '../cause-texts.js';

/** Mistakes with the body that a signature covers. */
export const BODIES_V3 = {
  'body-left-out': cause(
    'the body was left out of the signed string',
    'Sign the body exactly as it is sent.',
    '报文主体没有参与签名',
    '请把实际发送的报文主体原样放入待签名串。',
  ),
  'body-of-get': cause(
    'a request without a body was signed with the body $',
    'The last line of a request without a body is empty: only \\n.',
    '没有报文主体的请求，签名时却使用了 $',
    '没有报文主体时，最后一行为空，只有 \\n。',
  ),
  'body-reserialised': cause(
    'the body was written twice, and the two differ: the signed one is $',
    'Serialise the body once, and use the same text for the signature and on the wire. A receiver verifies the bytes that arrived, not a parsed value that is printed again.',
    '报文主体被重新序列化，签名的是$',
    '只序列化一次，签名和发送使用同一份文本；接收方用收到的原始字节验签，不要先解析再序列化。',
  ),
  'body-blanks': cause(
    'the signed body differs in blanks at its ends: $',
    'Sign and send the same bytes.',
    '签名的报文主体首尾空白不同：$',
    '签名与发送须使用完全相同的字节。',
  ),
  'body-encoding': cause(
    'the body was signed in the encoding $, and not in UTF-8',
    'Sign the bytes of UTF-8 that are sent. In Java and .NET name the charset when a text becomes bytes.',
    '签名时报文主体的编码是 $，而不是 UTF-8',
    '请用实际发送的 UTF-8 字节签名；Java、.NET 中转换字节时要指定字符集。',
  ),
  'body-multipart': cause(
    'the whole upload was signed',
    'Of an upload only the JSON of the part "meta" is signed.',
    '对整个上传报文签名',
    '上传文件时只对 meta 部分的 JSON 签名。',
  ),
} satisfies CauseTexts;
