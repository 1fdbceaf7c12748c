import { expect, test } from '@jest/globals';
import { ApiError } from 'koa-wxpay';
import { printable } from '../../../src/util/printable.js';
import { linked } from '../../support/linked.js';

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';

test.each([
  ['an openid', `openid ${OPENID} invalid`, 'openid oUpF…6o invalid'],
  ['an openid in JSON', `{"openid":"${OPENID}"}`, '{"openid":"oUpF…6o"}'],
  ['a code', 'invalid code 021Tlxll2Zk4nb4hMmml2e2wyq3TlxlB, rid: 6', 'invalid code [redacted], rid: 6'],
  ['an access token', `token ${'Ab3-_'.repeat(20)} expired`, 'token [redacted] expired'],
  ['a signature', `sign ${'a+/9'.repeat(86)}==`, 'sign [redacted]'],
  ['what lies across the end', `${'x '.repeat(95)}${OPENID}`, `${'x '.repeat(95)}oUpF…6o`],
])('%s in a foreign text is not shown', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each([
  'SHOP00A17-2',
  '4200001234202601011234567890',
  '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
  'PUB_KEY_ID_0119000001092025010100000000000001',
  'order_number_of_the_merchant_is_used',
  'wx26112221580621e9b071c00d9e093b0000',
])('%s is shown: it is a number, a serial or a word', (text) => {
  expect(printable(`before ${text} after`)).toBe(`before ${text} after`);
});

test('an openid that WeChat quotes is in no message of an error', () => {
  const error = new ApiError('the jsapi order', {
    status: 400,
    wechatCode: 'PARAM_ERROR',
    text: `无效的openid: ${OPENID}`,
    meaning: 'other',
  });
  expect(error.message).toEqual(linked('WeChat refused the jsapi order: PARAM_ERROR 无效的openid: oUpF…6o'));
  expect(error.text).toContain(OPENID);
});
