import { describe, expect, test } from '@jest/globals';
import { verifyNotify } from '../../../../src/core/v2/notify.js';
import { signingString, signV2 } from '../../../../src/core/v2/sign.js';

const key = '8934e7d15453e97507ef794cf7b0519d';
const merchant = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  keys: [key] as [string],
  signType: 'MD5' as const,
  acceptSignTypes: ['MD5' as const],
};
const genuine = {
  appid: merchant.appid,
  bank_type: 'OTHERS',
  cash_fee: '1',
  fee_type: 'CNY',
  mch_id: merchant.mchid,
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  out_trade_no: 'SHOP00A17',
  result_code: 'SUCCESS',
  return_code: 'SUCCESS',
  time_end: '20260101123456',
  total_fee: '1',
  trade_type: 'JSAPI',
  transaction_id: '4200001234202601011234567890',
};

function verify(fields: Record<string, string>, sign?: string): string {
  const message = new Map(Object.entries(fields));
  message.set('sign', sign ?? signV2(message, key, 'MD5'));
  try {
    verifyNotify(merchant, message);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const PROMOTION = JSON.stringify({ promotion_detail: [{ name: '买一送一 & 满100&减5, a&b=c', amount: 1 }] });

describe('an & in a documented field of free text', () => {
  test.each([
    ['attach', 'tea&cake=2'],
    ['promotion_detail', PROMOTION],
    ['device_info', 'desk&7'],
    ['return_msg', 'OK&more'],
    ['err_code_des', 'a&b'],
    ['trade_state_desc', 'a&b=c'],
    ['body', 'tea & cake'],
    ['detail', '{"a":"b&c"}'],
  ])('%s is genuine', (name, value) => {
    expect(verify({ ...genuine, [name]: value })).toBe('accepted');
  });

  test.each(['out_trade_no', 'total_fee', 'openid', 'bank_type', 'nonce_str', 'coupon_id_0', 'whatever'])(
    '%s is no such field',
    (name) => {
      expect(verify({ ...genuine, [name]: 'a&b' })).toBe('ERR_WXPAY_BAD_SIGNATURE');
    },
  );
});

describe('facts that a user wrote into "attach"', () => {
  const forged = { ...genuine, out_trade_no: 'SHOP99Z99', total_fee: '990000', attach: 'x' };

  /** One signed text, read as the message WeChat sent and as the one the attacker sends with the same signature. */
  function attack(hiding: string): string {
    const [facts, others] = [signingString(new Map(Object.entries(forged))), new Map(Object.entries(genuine))];
    const attach = facts.slice(facts.indexOf('attach=x') + 'attach='.length);
    const sent = new Map([...others, ['attach', `${attach}&${hiding}=`]]);
    const signed = signingString(sent);
    const hidden = signed.slice(signed.indexOf(`&${hiding}=`) + hiding.length + 2);
    const read = { ...forged, [hiding]: hidden };
    // Both readings have one signed text: without a rule about & they have one signature.
    expect(signingString(new Map(Object.entries(read)))).toBe(signed);
    return verify(read, signV2(sent, key, 'MD5'));
  }

  test.each(['zz_msg', 'zz_des', 'zz_desc', 'zz', 'version'])(
    'are not believed with the genuine ones hidden in %s',
    (name) => {
      expect(attack(name)).toBe('ERR_WXPAY_BAD_SIGNATURE');
    },
  );

  test.each(['promotion_detail', 'return_msg', 'trade_state_desc'])(
    'are not believed with genuine facts after it in %s',
    (name) => {
      const hidden = `&${signingString(new Map(Object.entries(genuine)))}`;
      for (const fact of Object.keys(genuine)) {
        expect(verify({ ...forged, [name]: `x${hidden.slice(hidden.indexOf(`&${fact}=`))}` })).toBe(
          'ERR_WXPAY_BAD_SIGNATURE',
        );
      }
    },
  );
});
