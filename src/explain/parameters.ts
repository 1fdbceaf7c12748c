import type { FoundCause } from './causes/cause.js';
import { conclude } from './conclude.js';
import { mistake, right, type Way } from './search.js';
import { text } from './text.js';
import type { Explanation, Known } from './types.js';
import { keysFor } from './v2/message.js';
import { explainFields } from './v2/signed-fields.js';
import { type Layout, layoutWays, timestampWays } from './v3/line-ways.js';
import { bytesOf, explainSignature, type Parts } from './v3/signed-text.js';

const PAGE = ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'] as const;
const APP = ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'] as const;

/**
 * Explains the signature of the parameters that a page hands to `WeixinJSBridge` or a mini program to `wx.requestPayment`, or an app
 * to the SDK.
 *
 * @param api the API that placed the order
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365341
 */
export function explainParameters(
  parameters: Readonly<Record<string, unknown>>,
  api: 'v2' | 'v3',
  known: Known,
): Explanation {
  const isApp = 'prepayid' in parameters || 'partnerid' in parameters;
  const subject = isApp ? 'app parameters' : 'page parameters';
  const form = formCauses(parameters, isApp ? APP : PAGE);
  if (form.some(([code]) => code === 'parameter-missing')) return conclude({ subject, checked: false, causes: form });
  const values = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const causes = [...form, ...(isApp ? [] : signTypeCauses(values, api))];
  return api === 'v3' ? explainV3(values, causes, known, isApp) : explainV2(values, causes, known, isApp);
}

type Strings = Readonly<Record<string, string>>;

function formCauses(parameters: Readonly<Record<string, unknown>>, names: readonly string[]): FoundCause[] {
  const absent = (name: string): boolean => parameters[name] === undefined || parameters[name] === '';
  const missing = names.filter(absent).map((name): FoundCause => ['parameter-missing', name]);
  const types = names
    .filter((name) => !absent(name) && typeof parameters[name] !== 'string')
    .map((name): FoundCause => ['parameter-type', name]);
  return [...missing, ...types];
}

function signTypeCauses({ signType = '', package: pkg = '' }: Strings, api: 'v2' | 'v3'): FoundCause[] {
  const allowed = api === 'v3' ? ['RSA'] : ['MD5', 'HMAC-SHA256'];
  return [
    ...(allowed.includes(signType) ? [] : [['sign-type-value', JSON.stringify(signType)] as const]),
    ...(pkg.startsWith('prepay_id=')
      ? []
      : [['package-prefix', text('without prepay_id=', '缺少 prepay_id=')] as const]),
  ];
}

interface Values {
  appid: string;
  timestamp: string;
  nonce: string;
  prepay: string;
  layout: Layout;
}

const partsOf = ({ appid, timestamp, nonce, prepay, layout }: Values): Parts => ({
  lines: [appid, timestamp, nonce, prepay],
  layout,
});

function explainV3(values: Strings, causes: readonly FoundCause[], known: Known, isApp: boolean): Explanation {
  const subject = isApp ? 'app parameters' : 'page parameters';
  const { appId = values.appid ?? '', timeStamp = values.timestamp ?? '', nonceStr = values.noncestr ?? '' } = values;
  const ways = {
    appid: [right(appId)],
    timestamp: timestampWays(timeStamp),
    nonce: [right(nonceStr)],
    prepay: prepayWays(values, isApp),
    layout: [...layoutWays(4).filter(({ causes }) => causes[0]?.[0] !== 'line-order'), ...orders(values)],
  };
  const layout = ways.layout[0]?.value as Layout;
  const prepay = ways.prepay[0]?.value ?? '';
  const expected = bytesOf(partsOf({ appid: appId, timestamp: timeStamp, nonce: nonceStr, prepay, layout })).toString();
  const { keys = [] } = known;
  const { signer, signed, causes: why } = explainSignature(values.paySign ?? values.sign ?? '', known, ways, partsOf);
  const length = why.some(([code]) => code === 'signature-length');
  const whose: FoundCause[] = keys.length === 0 || signer || length ? [] : [['unknown-key']];
  return conclude({ subject, checked: keys.length > 0, expected, signed, causes: [...whose, ...why, ...causes] });
}

/** Pages sign `prepay_id=…`, apps the bare number. */
function prepayWays({ package: pkg = '', prepayid = '' }: Strings, isApp: boolean): Way<string>[] {
  const bare = isApp ? prepayid : pkg.replace(/^prepay_id=/, '');
  const without = text('without prepay_id=', '缺少 prepay_id=');
  if (!isApp) return [right(`prepay_id=${bare}`), mistake(bare, 'package-prefix', without)];
  return [
    right(bare),
    mistake(`prepay_id=${bare}`, 'package-prefix', text('with prepay_id=', '带有 prepay_id=')),
    mistake('Sign=WXPay', 'package-prefix', text('as Sign=WXPay', '写成 Sign=WXPay')),
  ];
}

function orders({ signType = 'RSA' }: Strings): Way<Layout>[] {
  const documented = layoutWays(4)[0]?.value as Layout;
  const nonceFirst: Layout = ([appid, timestamp, nonce, prepay]) =>
    documented([appid, nonce, timestamp, prepay] as Buffer[]);
  const packageFirst: Layout = ([appid, timestamp, nonce, prepay]) =>
    documented([appid, nonce, prepay, timestamp] as Buffer[]);
  return [
    mistake((parts) => documented([...parts, Buffer.from(signType)]), 'sign-type-signed'),
    mistake(nonceFirst, 'line-order', text('the nonce before the timestamp', '随机串在时间戳之前')),
    mistake(packageFirst, 'line-order', text('sorted by name, as in API v2', '像 API v2 那样按名称排序')),
  ];
}

function explainV2(values: Strings, causes: readonly FoundCause[], known: Known, isApp: boolean): Explanation {
  const subject = isApp ? 'app parameters' : 'page parameters';
  const { paySign, sign, ...signed } = values;
  const [secret, others] = keysFor(values.partnerid, known);
  const fields = Object.entries(signed);
  const signType = values.signType ?? '';
  if (!secret) return conclude({ subject, checked: false, causes });
  const found = explainFields({ fields, sign: paySign ?? sign ?? '', signType }, secret, others, known.signed);
  return conclude({ subject, checked: true, ...found, causes: [...found.causes, ...causes] });
}
