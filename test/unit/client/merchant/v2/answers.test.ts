import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createWxpay, type Wxpay, type WxpayOptions } from 'koa-wxpay';
import { type FakeMch, fakeMch, NOW } from '../../../../support/fake-mch-v3.js';
import { merchant, order } from '../../../../support/shop.js';

const { appid, mchid, key } = merchant;
const H5_URL = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2';
const SUB_MCHID = '1900000200';
const SUB_APPID = 'wxfedcba9876543210';

let mch: FakeMch;
let answer: Record<string, string>;
beforeEach(async () => {
  mch = await fakeMch(() => ({ body: signed(answer) }));
});
afterEach(() => mch.close());

/** An answer of API v2, signed as the documentation shows it. */
function signed(fields: Record<string, string>): string {
  const all: Record<string, string> = {
    ...{ return_code: 'SUCCESS', return_msg: 'OK', result_code: 'SUCCESS', appid, mch_id: mchid, nonce_str: 'n' },
    ...fields,
  };
  const names = Object.keys(all).filter((name) => all[name] !== '');
  const pairs = names.sort().map((name) => `${name}=${all[name]}`);
  const sign = createHash('md5')
    .update([...pairs, `key=${key}`].join('&'))
    .digest('hex')
    .toUpperCase();
  const elements = Object.entries({ ...all, sign }).map(([name, text]) => `<${name}><![CDATA[${text}]]></${name}>`);
  return `<xml>${elements.join('')}</xml>`;
}

const shop = (changes: Partial<WxpayOptions> = {}): Wxpay =>
  createWxpay({
    ...{ appid, mchid, notifyUrl: 'https://shop.example/n', baseUrl: mch.url, now: () => NOW, v2: { key } },
    ...changes,
  });

describe('the answer to an order', () => {
  test('holds a code_url or an mweb_url that is handed out as it came', async () => {
    answer = { prepay_id: 'wx1', trade_type: 'NATIVE', code_url: 'weixin://wxpay/bizpayurl?pr=kKiFX1z' };
    expect(await shop().native(order())).toEqual({ code_url: answer.code_url });
    answer = { prepay_id: 'wx1', trade_type: 'MWEB', mweb_url: H5_URL };
    expect(await shop().h5(order(), { clientIp: '203.0.113.7' })).toEqual({ h5_url: H5_URL });
  });

  test.each(['', 'https://wx.tenpay.com/x', 'weixin://pay', 'weixin://wxpay/a b', `weixin://wxpay/${'x'.repeat(600)}`])(
    'with %p as code_url is refused',
    async (code_url) => {
      answer = { prepay_id: 'wx1', trade_type: 'NATIVE', code_url };
      await expect(shop().native(order())).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER', status: 502 });
    },
  );

  test.each(['', 'javascript:alert(1)', '/pay', 'https://wx.tenpay.com/a b', 'https://wx.tenpay.com/"><script>'])(
    'with %p as mweb_url is refused',
    async (mweb_url) => {
      answer = { prepay_id: 'wx1', trade_type: 'MWEB', mweb_url };
      const placed = shop().h5(order(), { clientIp: '203.0.113.7' });
      await expect(placed).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER', status: 502 });
    },
  );
});

describe('the answer to a query in partner mode', () => {
  const partner = { sub_mchid: SUB_MCHID, sub_appid: SUB_APPID };
  const query = (changes: Partial<WxpayOptions>) => shop(changes).queryOrder({ out_trade_no: 'SHOP00A17' });
  const found = { out_trade_no: 'SHOP00A17', trade_state: 'NOTPAY', sub_mch_id: SUB_MCHID };

  test.each([undefined, '', SUB_APPID])('names the sub merchant, with %p as sub_appid', async (sub_appid) => {
    answer = { ...found, ...(sub_appid !== undefined && { sub_appid }) };
    const transaction = await query({ partner });
    expect(transaction).toMatchObject({ sub_mchid: SUB_MCHID, trade_state: 'NOTPAY' });
    expect(transaction.sub_appid).toBe(sub_appid || undefined);
  });

  test.each<[string, Record<string, string>, Partial<WxpayOptions>]>([
    ["another sub merchant's sub_appid", { sub_appid: 'wxffffffffffffffff' }, { partner }],
    ['a sub_appid that was not configured', { sub_appid: SUB_APPID }, { partner: { sub_mchid: SUB_MCHID } }],
    ['another sub_mch_id', { sub_mch_id: '1900000201' }, { partner }],
    ['a sub merchant of a merchant who has none', {}, {}],
  ])('with %s is refused', async (_, fields, changes) => {
    answer = { ...found, ...fields };
    await expect(query(changes)).rejects.toMatchObject({ code: 'ERR_WXPAY_WRONG_MERCHANT' });
  });
});
