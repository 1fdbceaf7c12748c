import { type CauseTexts, cause } from '../cause-texts.js';

/** Mistakes in the headers of API v3 that sign a message. */
export const HEADERS_V3 = {
  'no-authorization': cause(
    'the request has no Authorization header',
    'Sign the request, and look for a client or proxy that drops the header, for example while it follows a redirect.',
    '请求没有 Authorization 头',
    '请对请求签名；如已签名，请检查是否被 HTTP 客户端（例如跟随重定向时）或代理丢弃。',
  ),
  'wrong-scheme': cause(
    'the Authorization header does not begin with "WECHATPAY2-SHA256-RSA2048 " ($)',
    'Write the scheme exactly so, in capitals, followed by one space.',
    'Authorization 头不是以 “WECHATPAY2-SHA256-RSA2048 ” 开头（$）',
    '认证类型须完全一致（大写），后面跟一个空格。',
  ),
  'authorization-malformed': cause(
    'the Authorization header is malformed: $',
    'Write the five pairs mchid, nonce_str, signature, timestamp and serial_no as name="value", with commas and no spaces between them.',
    'Authorization 头格式错误：$',
    '请按 name="value" 写出 mchid、nonce_str、signature、timestamp、serial_no 五项，以逗号分隔，不加空格。',
  ),
  'headers-missing': cause(
    'headers are missing: $',
    'Look for a proxy, a gateway or a CDN that drops them. A message without them is not WeChat Pay’s: refuse it.',
    '缺少请求头：$',
    '请检查反向代理、网关或 CDN 是否丢弃了这些头。没有这些头的报文不是来自微信支付，应当拒绝。',
  ),
  'headers-twice': cause(
    'headers arrived more than once: $',
    'Look for a proxy that adds headers in place of replacing them. Do not choose one of the values.',
    '请求头重复：$',
    '请检查代理是否在追加而不是替换请求头。不要自行挑选其中一个值。',
  ),
  'timestamp-milliseconds': cause(
    'the timestamp $ is in milliseconds',
    'Send Unix seconds: ten digits.',
    '时间戳 $ 的单位是毫秒',
    '请使用秒级 Unix 时间戳（10 位数字）。',
  ),
  'timestamp-form': cause(
    'the timestamp $ is not a number of Unix seconds',
    'Send ten digits, for example the output of "date +%s".',
    '时间戳 $ 不是秒级 Unix 时间戳',
    '请使用 10 位数字，例如 “date +%s” 的输出。',
  ),
  'timestamp-stale': cause(
    'the timestamp is $; WeChat Pay allows less than five minutes',
    'Set the clock of the machine (NTP), and sign each request when it is sent, retries included.',
    '时间戳$，微信支付只允许 5 分钟以内的偏差',
    '请校准服务器时钟（NTP），并在每次发送（含重试）时重新签名。',
  ),
  'serial-form': cause(
    'the serial number is malformed: $',
    'Use the serial of the merchant’s API certificate: 40 hex digits in capitals, as “openssl x509 -in apiclient_cert.pem -noout -serial” prints them.',
    '证书序列号格式错误：$',
    '请使用商户 API 证书的序列号：40 位大写十六进制，可用 “openssl x509 -in apiclient_cert.pem -noout -serial” 查看。',
  ),
  'serial-of-public-key': cause(
    'serial_no is the id of WeChat Pay’s public key, $',
    'serial_no names the merchant’s own API certificate. The id PUB_KEY_ID_… belongs in the header Wechatpay-Serial.',
    'serial_no 填成了微信支付公钥 ID：$',
    'serial_no 应为商户 API 证书的序列号；PUB_KEY_ID_… 应放在 Wechatpay-Serial 头中。',
  ),
  'serial-of-another': cause(
    'the serial number is not that of the signing key: $',
    'Use the key and the serial number of one certificate. After a certificate was renewed, change both.',
    '序列号与签名私钥不匹配：$',
    '私钥与序列号必须来自同一张证书；更换证书后两者要一起更换。',
  ),
  'serial-unknown': cause(
    'there is no key for the serial $',
    'Give the public key or certificate of that serial. WeChat Pay may have rotated its certificate, or moved this merchant to a public key.',
    '没有序列号 $ 对应的密钥',
    '请提供该序列号的公钥或证书。微信支付可能已轮换平台证书，或已将该商户切换为微信支付公钥。',
  ),
  'mchid-mismatch': cause(
    'the Authorization header names another merchant than the body: $',
    'Sign with the credentials of the merchant that the body names (a service provider: of sp_mchid).',
    'Authorization 中的 mchid 与报文不一致：$',
    '请使用报文中商户（服务商模式为 sp_mchid）的证书和私钥签名。',
  ),
  probe: cause(
    'the signature is a probe of WeChat Pay, which tests whether signatures are verified',
    'Refuse it like any other wrong signature. A notification is sent again with a right one; repeat a request.',
    '这是微信支付的签名探测流量，用于检查商户是否验签',
    '按验签失败处理即可：通知会带正确签名重发，请求请重试。',
  ),
} satisfies CauseTexts;
