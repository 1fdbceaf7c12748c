import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findSigner } from '../../../src/core/v2/sign.js';
import { readXml } from '../../../src/core/v2/xml/read.js';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { order, orderFields, post, query, signedXml } from './support.js';

const PATHS = ['/pay/unifiedorder', '/pay/orderquery', '/pay/closeorder'];
let sim: Simulator;
beforeAll(async () => {
  sim = await createSimulator({
    apps: [{ appid: 'wxffffffffffffffff', secret: 's', scopes: ['snsapi_base'] }],
  });
});
afterAll(() => sim.close());

const refusal = (return_msg: string) =>
  new Map(Object.entries({ return_code: 'FAIL', return_msg }));

describe.each(PATHS)('%s', (path) => {
  test('answers anything but POST with REQUIRE_POST_METHOD, status 200 and plain text', async () => {
    const response = await fetch(sim.url + path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain']);
    expect(readXml(await response.text())).toEqual(refusal('REQUIRE_POST_METHOD'));
  });

  test('looks at the body before the XML', async () => {
    expect(await post(sim, path, '')).toEqual(refusal('POST_DATA_EMPTY'));
  });

  test.each([
    'no xml',
    '<xml><a>1</a>',
    '<!DOCTYPE xml [<!ENTITY a "b">]><xml><appid>&a;</appid></xml>',
  ])('does not read %s', async (body) =>
    expect(await post(sim, path, body)).toEqual(refusal('XML_FORMAT_ERROR')),
  );

  test('names a missing field before it looks at the signature', async () => {
    expect(await post(sim, path, '<xml><appid>wx1</appid></xml>')).toEqual(
      refusal('缺少参数mch_id'),
    );
  });

  test('names an over-long field before it looks at the signature', async () => {
    const fields = { ...orderFields(sim), nonce_str: 'x'.repeat(33) };
    expect(await post(sim, path, signedXml(sim, fields, 'another key'))).toEqual(
      refusal('nonce_str参数长度有误'),
    );
  });

  test('does not know foreign merchants', async () => {
    expect(await post(sim, path, signedXml(sim, orderFields(sim, { mch_id: '1' })))).toEqual(
      refusal('商户号非法'),
    );
  });

  test('refuses another key, without a signature of its own', async () => {
    const body = signedXml(sim, orderFields(sim), 'another key');
    expect(await post(sim, path, body)).toEqual(refusal('签名错误'));
  });

  test('refuses one altered byte', async () => {
    const body = signedXml(sim, orderFields(sim)).replace('SHOP00A17', 'SHOP00A18');
    expect(await post(sim, path, body)).toEqual(refusal('签名错误'));
  });
});

test.each([
  ['out_trade_no', 'A1'],
  ['out_trade_no', 'SHOP 00A17'],
  ['total_fee', '0'],
  ['total_fee', '19.90'],
  ['trade_type', 'CARD'],
  ['sign_type', 'SHA1'],
  ['fee_type', 'yuan'],
  ['spbill_create_ip', 'localhost'],
  ['time_expire', '20269999999999'],
  ['notify_url', '/notify'],
  ['notify_url', 'https://shop.example/notify?a=1'],
  ['notify_url', 'http://shop.example/notify'],
])('%s may not be %s', async (name, value) => {
  const body = signedXml(sim, orderFields(sim, name === 'sign_type' ? {} : { [name]: value }));
  const sent =
    name === 'sign_type' ? body.replace('<xml>', '<xml><sign_type>SHA1</sign_type>') : body;
  expect(await post(sim, '/pay/unifiedorder', sent)).toEqual(refusal(`${name}参数格式有误`));
});

test.each([
  ['JSAPI', 'openid'],
  ['NATIVE', 'product_id'],
  ['MWEB', 'scene_info'],
])('%s needs %s', async (trade_type, name) => {
  expect(await order(sim, { trade_type, openid: '' })).toEqual(
    refusal(`${trade_type}支付必须传${name}`),
  );
});

test('an openid must belong to the account', async () => {
  const openid = sim.people[0]?.openid('wxffffffffffffffff') as string;
  expect(await order(sim, { openid })).toEqual(refusal('appid and openid not match'));
});

test('a query needs one of the two numbers', async () => {
  expect(await query(sim, {})).toEqual(refusal('缺少参数transaction_id或out_trade_no'));
});

test.each([
  ['wx0000000000000000', 'APPID_NOT_EXIST'],
  ['wxffffffffffffffff', 'APPID_MCHID_NOT_MATCH'],
])('the account %s is refused by the business: %s, signed', async (appid, err_code) => {
  const answer = await order(sim, { appid });
  expect(Object.fromEntries(answer)).toMatchObject({
    return_code: 'SUCCESS',
    result_code: 'FAIL',
    err_code,
  });
  expect(findSigner(answer, [sim.merchant.key], ['MD5'])).toBeDefined();
});

test.each(['MD5', 'HMAC-SHA256'] as const)(
  'an answer is signed with %s as its request was',
  async (sign_type) => {
    const answer = await order(sim, { sign_type, out_trade_no: `SIGN-${sign_type}` });
    expect(findSigner(answer, [sim.merchant.key], [sign_type])).toBeDefined();
  },
);
