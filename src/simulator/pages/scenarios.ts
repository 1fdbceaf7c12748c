import { type Markup, markup } from './markup.js';

/** One switch as a control: `name` is its place in the switches, and every choice a value in JSON. */
interface Scenario {
  name: string;
  label: string;
  choices: readonly (readonly [text: string, value: unknown])[];
}

const NOTIFY_FAULTS: Scenario['choices'] = [
  ['64 copies at once', { duplicate: 64 }],
  ['lost on the way', { lost: true }],
  ['a minute late', { delay: 60 }],
  ['wrong amount (1 fen)', { wrongAmount: 1 }],
  ['wrong appid', { wrongAppid: 'wx00000000000000ff' }],
  ['wrong merchant', { wrongMchid: '1900000999' }],
  ['altered after signing', { tampered: true }],
  ['v3: probe signature', { signTest: true }],
  ['v3: ten minutes old', { staleTimestamp: true }],
  ['v3: unknown serial', { unknownSerial: true }],
  ['v3: headers missing', { missingHeaders: true }],
  ['v3: headers twice', { duplicateHeaders: true }],
  ['v3: sealed with another key', { wrongApiV3Key: true }],
  ['wrong signature', { wrongSignature: true }],
  ['no signature', { missingSign: true }],
  ['return_code=FAIL', { returnFail: true }],
  ['result_code=FAIL', { resultFail: true }],
  ['DOCTYPE and entity', { xxe: true }],
  ['element twice', { duplicateElements: true }],
  ['not UTF-8', { notUtf8: true }],
  ['1 MB body', { huge: 1_000_000 }],
  ['gzip', { gzip: true }],
  ['chunked', { chunked: true }],
  ["a scanner's GET", { method: 'GET' }],
];

const API_FAULTS: Scenario['choices'] = [
  ['no fault', null],
  ['3 s late', { latency: 3000 }],
  ['connection reset before', { resetBefore: true }],
  ['processed, answer lost', { resetAfter: true }],
  ['SYSTEMERROR', { systemError: true }],
  ['SYSTEMERROR, yet processed', { systemError: 'processed' }],
  ['wrong signature', { badSignature: true }],
  ['too many requests', { tooMany: true }],
  ['v3: probe signature', { signTest: true }],
  ['v3: ten minutes old', { staleTimestamp: true }],
  ['v3: unknown serial', { unknownSerial: true }],
  ['v3: headers missing', { missingHeaders: true }],
  ['502 page', { badGateway: true }],
  ['truncated', { truncated: true }],
  ['10 ms per byte', { slowBody: 10 }],
];

const API_PATHS = [
  '/v3/pay/transactions/jsapi',
  '/v3/pay/transactions/out-trade-no/{out_trade_no}',
  '/v3/pay/transactions/out-trade-no/{out_trade_no}/close',
  '/v3/refund/domestic/refunds',
  '/v3/refund/domestic/refunds/{out_refund_no}',
  '/v3/certificates',
  '/v3/bill/tradebill',
  '/v3/billdownload/file',
  '/pay/unifiedorder',
  '/pay/orderquery',
  '/pay/closeorder',
  '/secapi/pay/refund',
  '/pay/refundquery',
  '/pay/downloadbill',
  '/sns/oauth2/access_token',
  '*',
];

const NO_YES = [
  ['no', false],
  ['yes', true],
] as const;

const GROUPS: readonly { title: string; scenarios: readonly Scenario[] }[] = [
  {
    title: 'Login · 授权',
    scenarios: [
      {
        name: 'oauth.consent',
        label: 'Consent page',
        choices: [
          ['ask', 'ask'],
          ['allow by itself', 'allow'],
          ['deny by itself', 'deny'],
        ],
      },
      {
        name: 'oauth.denied',
        label: 'After a denial',
        choices: [
          ['back, no code', 'redirect'],
          ['stay', 'stay'],
        ],
      },
      { name: 'oauth.doubleCallback', label: 'Two callbacks, one state', choices: NO_YES },
      { name: 'oauth.snapshot', label: 'Snapshot user', choices: NO_YES },
      { name: 'oauth.parameterOrder', label: 'Insist on parameter order', choices: NO_YES },
      {
        name: 'oauth.errors./sns/oauth2/access_token',
        label: 'Exchange of the code',
        choices: [
          ['works', null],
          ['-1 system error', -1],
          ['40029 invalid code', 40029],
          ['45009 quota', 45009],
        ],
      },
      {
        name: 'oauth.errorPage',
        label: 'Error page',
        choices: [
          ['none', null],
          ['10004 banned', 10004],
          ['10005 scope', 10005],
          ['10009 too frequent', 10009],
        ],
      },
    ],
  },
  {
    title: 'Cashier · 收银台',
    scenarios: [
      {
        name: 'cashier.bridge',
        label: 'WeixinJSBridge',
        choices: [
          ['comes later', 'later'],
          ['already there', 'already'],
        ],
      },
      {
        name: 'cashier.coupon',
        label: 'Coupon',
        choices: [
          ['none', 0],
          ['¥0.01', 1],
          ['¥1.00', 100],
          ['¥10.00', 1000],
        ],
      },
      { name: 'cashier.falseOk', label: '“ok” though nobody paid', choices: NO_YES },
    ],
  },
  {
    title: 'Notification · 通知',
    scenarios: [
      {
        name: 'notification',
        label: 'Comes',
        choices: [
          ['after “ok”', 'after'],
          ['before “ok”', 'before'],
          ['never', 'never'],
        ],
      },
      {
        name: 'lag',
        label: 'Query lags behind',
        choices: [
          ['0 s', 0],
          ['5 s', 5],
          ['60 s', 60],
        ],
      },
      { name: 'notify', label: 'Every attempt', choices: [['as it should be', null], ...NOTIFY_FAULTS] },
      { name: 'next.notify', label: 'Only the next attempt', choices: [['choose…', null], ...NOTIFY_FAULTS] },
    ],
  },
  {
    title: 'Refund · 退款',
    scenarios: [
      {
        name: 'refund.outcome',
        label: 'Ends as',
        choices: [
          ['done', 'SUCCESS'],
          ['closed', 'CLOSED'],
          ['abnormal', 'ABNORMAL'],
        ],
      },
      {
        name: 'refund.delay',
        label: 'After',
        choices: [
          ['5 s', 5],
          ['60 s', 60],
          ['1 day', 86_400],
        ],
      },
      {
        name: 'refund.notification',
        label: 'Told',
        choices: [
          ['when it ends', 'after'],
          ['never', 'never'],
        ],
      },
      { name: 'refund.notEnough', label: 'No money on the account', choices: NO_YES },
      { name: 'refund.limiter', label: 'Limit of refused refunds', choices: NO_YES },
    ],
  },
  {
    title: 'Bills, versions · 账单、版本',
    scenarios: [
      {
        name: 'bill.rows',
        label: 'Trade bill',
        choices: [
          ['what happened', 0],
          ['1 000 made up', 1000],
          ['1 000 000 made up', 1_000_000],
        ],
      },
      { name: 'bill.wrongHash', label: 'Wrong hash', choices: NO_YES },
      {
        name: 'v3.v2Orders',
        label: 'v2 orders, seen from v3',
        choices: [
          ['are orders', 'works'],
          ['do not exist', 'unknown'],
          ['use up their numbers', 'used'],
        ],
      },
    ],
  },
];

const options = (choices: Scenario['choices']): Markup[] =>
  choices.map(([text, value]) => markup`<option value="${JSON.stringify(value)}">${text}</option>`);

const control = ({ name, label, choices }: Scenario): Markup => {
  const onOff = choices === NO_YES;
  return onOff
    ? markup`<label class="check"><input type="checkbox" name="${name}"><span>${label}</span></label>`
    : markup`<label><span>${label}</span><select name="${name}">${options(choices)}</select></label>`;
};

/** All switches, as a form. */
export const scenarioForm = (): Markup => markup`<form id="scenarios">
${GROUPS.map(({ title, scenarios }) => markup`<fieldset><legend>${title}</legend>${scenarios.map(control)}</fieldset>`)}
<fieldset><legend>API · 接口</legend>
<label><span>Path</span><select id="api-path">${API_PATHS.map((path) => markup`<option>${path}</option>`)}</select></label>
<label><span>Every call</span><select id="api-fault">${options(API_FAULTS)}</select></label>
<label><span>Only the next call</span><select id="api-next">${options([['choose…', null], ...API_FAULTS.slice(1)])}</select></label>
</fieldset>
</form>`;
