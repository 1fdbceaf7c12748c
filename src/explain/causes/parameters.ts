import { type CauseTexts, cause } from './cause-texts.js';

/** Mistakes in the parameters that a page or an app hands over. */
export const PARAMETERS = {
  'parameter-missing': cause(
    'the parameter $ is missing',
    'Hand over all parameters as the server made them.',
    '缺少参数 $',
    '请把服务端生成的参数原样、完整地传入。',
  ),
  'parameter-type': cause(
    '$ must be a string',
    'Hand over strings. iOS refuses a timeStamp that is a number.',
    '$ 必须是字符串',
    '参数均为字符串；iOS 会拒绝数字类型的 timeStamp。',
  ),
  'package-prefix': cause(
    'package was signed $',
    'Pages hand over and sign prepay_id=…, with its prefix. Apps sign the bare prepay_id in API v3.',
    'package 参与签名的形式错误：$',
    '页面传入并签名的是 prepay_id=…（含前缀）；API v3 的 App 签名使用不带前缀的 prepay_id。',
  ),
  'sign-type-value': cause(
    'signType is $',
    'Orders of API v3 need RSA; orders of API v2 need the sign_type that the order was placed with.',
    'signType 为 $',
    'API v3 下单须为 RSA；API v2 须与下单时的 sign_type 一致。',
  ),
  'sign-type-signed': cause(
    'signType was signed as a line of its own',
    'In API v3 signType is not signed: four lines, appId, timeStamp, nonceStr and package.',
    'signType 参与了签名',
    'API v3 的 signType 不参与签名：只有 appId、timeStamp、nonceStr、package 四行。',
  ),
} satisfies CauseTexts;
