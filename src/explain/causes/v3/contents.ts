import { type CauseTexts, cause } from '../cause-texts.js';

/** Mistakes with encrypted content of API v3. */
export const CONTENTS_V3 = {
  'api-v3-key-length': cause(
    'the APIv3 key has $ bytes, and must have 32',
    'Use the APIv3 key as it was set in the merchant platform, 32 characters, without blanks or line ends.',
    'APIv3 密钥为 $ 字节，应为 32 字节',
    '请使用商户平台设置的 APIv3 密钥（32 个字符），不含空白和换行。',
  ),
  'api-v3-key-wrong': cause(
    'the APIv3 key does not open the content$',
    'Use the APIv3 key that is set in the merchant platform now. It is another key than the APIv2 key. If the key is right, the content, its nonce or its associated_data were altered.',
    'APIv3 密钥无法解密$',
    '请使用商户平台当前的 APIv3 密钥（不同于 APIv2 密钥）。若密钥无误，则密文、nonce 或 associated_data 被改动。',
  ),
  'content-malformed': cause(
    'the encrypted content is malformed: $',
    'Hand on the body exactly as it arrived.',
    '加密内容格式错误：$',
    '请原样传递收到的报文主体。',
  ),
} satisfies CauseTexts;
