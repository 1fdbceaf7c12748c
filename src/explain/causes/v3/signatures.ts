import { type CauseTexts, cause } from '../cause-texts.js';

/** Mistakes with the key and the algorithm of a signature of API v3. */
export const SIGNATURES_V3 = {
  'signature-encoding': cause(
    'the signature is not plain base64: $',
    'Encode the signature as standard base64 in one line.',
    '签名值不是标准的 base64：$',
    '请使用标准 base64 编码，且不要换行。',
  ),
  'signature-length': cause(
    'the signature cannot be one of RSA with 2048 bits: $',
    'Sign with SHA256withRSA (RSASSA-PKCS1-v1_5) and the private key apiclient_key.pem. API v3 does not use MD5 or HMAC-SHA256 with an API key.',
    '签名值不可能是 2048 位 RSA 签名：$',
    '请使用 apiclient_key.pem 以 SHA256withRSA（RSASSA-PKCS1-v1_5）签名。API v3 不使用 MD5 或 HMAC-SHA256。',
  ),
  'other-algorithm': cause(
    'the signature was made with $',
    'Sign with SHA256withRSA (RSASSA-PKCS1-v1_5 over SHA-256).',
    '签名算法是 $',
    '请使用 SHA256withRSA（RSASSA-PKCS1-v1_5，SHA-256）。',
  ),
  'key-of-another': cause(
    'it was signed with another key: $',
    'Sign with the key that belongs to the merchant and the serial number that the message names.',
    '使用了其他密钥签名：$',
    '请使用与报文中商户号、证书序列号相匹配的密钥签名。',
  ),
  'unknown-key': cause(
    'it was signed with a key that is not one of those given: the key of another merchant, or of another certificate',
    'Compare the serial number with the certificate that belongs to the key, and give the right key.',
    '签名所用的密钥不在给出的密钥之中：可能是其他商户或其他证书的密钥',
    '请核对证书序列号与私钥是否属于同一张证书，并提供正确的密钥。',
  ),
  'own-key': cause(
    'the key given is the merchant’s own, and WeChat Pay signs with its key',
    'Verify with WeChat Pay’s public key (pub_key.pem) or platform certificate, not with apiclient_cert.pem.',
    '验签用了商户自己的密钥，而应答和通知由微信支付签名',
    '请使用微信支付公钥（pub_key.pem）或平台证书验签，而不是 apiclient_cert.pem。',
  ),
  'other-text': cause(
    'the key is right, and it signed another text, which is none of the usual mistakes',
    'Log the exact string your program signs or verifies, and give it with --signed: the first difference is shown.',
    '密钥正确，但签名的内容不同，且不属于常见错误',
    '请把程序实际用于签名或验签的字符串写入日志，并用 --signed 传入，即可看到第一处差异。',
  ),
} satisfies CauseTexts;
