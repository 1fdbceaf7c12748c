import { type CauseTexts, cause } from '../cause-texts.js';

/** Mistakes in signatures of API v2. */
export const SIGNATURES_V2 = {
  'no-sign': cause(
    'the message has no sign',
    'Sign it. WeChat Pay itself leaves sign out of answers with return_code=FAIL only.',
    '报文没有 sign',
    '请签名。微信支付只有在 return_code=FAIL 的应答中才不带 sign。',
  ),
  'sign-lower-case': cause(
    'sign is in lower case',
    'Write the hex digits of sign in capitals.',
    'sign 是小写',
    'sign 的十六进制须转为大写。',
  ),
  'sign-form': cause(
    'sign is neither 32 (MD5) nor 64 (HMAC-SHA256) hex digits: $',
    'Write the digest in hex. API v2 does not use RSA or base64.',
    'sign 不是 32 位（MD5）或 64 位（HMAC-SHA256）十六进制：$',
    '请使用十六进制摘要；API v2 不使用 RSA 或 base64。',
  ),
  'sign-type-mismatch': cause(
    'sign was made with $',
    'Use the algorithm that sign_type names; without sign_type it is MD5.',
    'sign 使用的算法是 $',
    '请使用 sign_type 指定的算法；没有 sign_type 时为 MD5。',
  ),
  'other-digest': cause(
    'sign was made with $, which API v2 does not use',
    'Use MD5, or HMAC-SHA256 whose key is the API key.',
    'sign 使用了 API v2 不支持的算法：$',
    '请使用 MD5，或以 API 密钥为 key 的 HMAC-SHA256。',
  ),
  'empty-signed': cause(
    'empty fields were signed',
    'Leave every field whose value is empty out of the string to sign.',
    '空值字段参与了签名',
    '值为空的字段不参与签名。',
  ),
  'sign-signed': cause(
    'the field sign was signed itself',
    'Leave sign out of the string to sign.',
    'sign 字段自身参与了签名',
    'sign 字段不参与签名。',
  ),
  'field-not-signed': cause(
    'the field $ was not signed',
    'Sign every field that is sent: add it before the signature is made. A receiver signs unknown fields too.',
    '字段 $ 没有参与签名',
    '发送的所有字段都要参与签名：先加字段，再签名。验签时未知字段也要参与。',
  ),
  'field-order': cause(
    'the fields were signed in another order: $',
    'Sort the fields by name in the order of ASCII: capitals before _ before small letters.',
    '字段排序错误：$',
    '按字段名 ASCII 码升序排序：大写字母在前，其次下划线，再次小写字母。',
  ),
  'field-names': cause(
    'the fields were signed under other names: $',
    'Sign the names that are sent, letter by letter.',
    '签名使用的字段名不同：$',
    '签名使用的字段名须与发送的完全一致（区分大小写）。',
  ),
  'values-changed': cause(
    'the values were signed in another form than they were sent in: $',
    'Sign the values as they are before they are written into XML: not encoded, not trimmed, not parsed.',
    '签名的值与发送的不同：$',
    '请使用写入 XML 之前的原始值签名：不做 URL 编码、不转义、不去空格、不转换类型。',
  ),
  'fields-joined': cause(
    'the fields were joined without &',
    'Join name=value with &.',
    '字段之间没有用 & 连接',
    '请用 & 连接 name=value。',
  ),
  'key-left-out': cause(
    'the string ends without &key= and the API key',
    'Append &key= and the APIv2 key, for HMAC-SHA256 as well.',
    '待签名串末尾没有 &key= 和 API 密钥',
    '末尾须追加 &key= 和 APIv2 密钥，HMAC-SHA256 也一样。',
  ),
  'key-form': cause(
    'the key was appended in another form: $',
    'Append exactly &key= and the 32 characters of the APIv2 key.',
    '密钥的拼接方式错误：$',
    '请在末尾追加 &key= 和 32 位 APIv2 密钥。',
  ),
  'key-of-another-v2': cause(
    'it was signed with another key: $',
    'Use the APIv2 key of the merchant that mch_id names.',
    '使用了其他密钥签名：$',
    '请使用 mch_id 对应商户的 APIv2 密钥。',
  ),
  encoding: cause(
    'the values were signed in the encoding $, and not in UTF-8',
    'Make the digest over the bytes of UTF-8.',
    '签名时使用了 $ 编码，而不是 UTF-8',
    '请对 UTF-8 字节计算摘要。',
  ),
  'other-text-v2': cause(
    'it is none of the usual mistakes: another key signed it, or a field was changed after it was signed',
    'Compare the key with the one in the merchant platform (a digest does not show whose key made it). Then log the exact string your program signs, and give it with --signed: the first difference is shown.',
    '不属于常见错误：使用了其他密钥，或签名后字段被改动',
    '请先核对商户平台的 APIv2 密钥（摘要无法看出属于哪个密钥）；再把程序实际签名的字符串写入日志并用 --signed 传入，即可看到第一处差异。',
  ),
  'xml-unreadable': cause(
    'the XML cannot be read: $',
    'Send one <xml> with each field once, as text or CDATA, in UTF-8.',
    'XML 无法解析：$',
    '请发送一个 <xml>，每个字段只出现一次，值为文本或 CDATA，UTF-8 编码。',
  ),
  'req-info-form': cause(
    'req_info is not the base64 of whole AES blocks$',
    'Hand on the body exactly as it arrived. Where a plus became a blank, something decoded the body as a form.',
    'req_info 不是完整 AES 分组的 base64$',
    '请原样传递报文。若加号变成空格，说明报文被当作表单解码。',
  ),
  'req-info-key': cause(
    'the APIv2 key does not open req_info$',
    'The key of AES-256-ECB is the MD5 of the APIv2 key in lower-case hex, as 32 characters. If that is what you do, the APIv2 key is that of another merchant, or was changed.',
    'APIv2 密钥无法解密 req_info$',
    'AES-256-ECB 的密钥是 APIv2 密钥的 MD5 小写十六进制（32 个字符）。若实现无误，则密钥属于其他商户或已更换。',
  ),
} satisfies CauseTexts;
