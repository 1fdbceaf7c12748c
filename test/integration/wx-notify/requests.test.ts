import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { merchantV3, noticeV3 } from '../../support/merchant-v3.js';
import { merchant, merchantV2, notice as noticeV2, notifyShop, type TestShop } from '../../support/shop.js';

const both = merchantV3({ v2: { key: merchant.key } });

const V2_ACK = '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>';
const V2_REFUSAL = '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[FAIL]]></return_msg></xml>';
const V3_REFUSAL = '{"code":"FAIL","message":"失败"}';
const XML = 'text/xml; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

let shop: TestShop;
afterEach(() => shop.close());
const open = async (wxpay = both): Promise<void> => {
  shop = await notifyShop({ wxpay });
};

describe('Content-Encoding', () => {
  test.each(['', 'identity', 'Identity', ' identity ', 'identity, identity', 'identity,'])(
    '"%s" says that the body travels as it is: a genuine notification is acknowledged',
    async (coding) => {
      await open();
      const v2 = await shop.post(noticeV2(), { 'content-encoding': coding });
      expect([v2.status, v2.body]).toEqual([200, V2_ACK]);
      expect((await shop.post(noticeV3(), { 'content-encoding': coding })).status).toBe(204);
      expect(shop.codes).toEqual([]);
    },
  );

  test.each(['gzip', 'br', 'x-gzip', 'gzip, identity', 'identity, gzip', 'identity gzip', 'identityx'])(
    '"%s" is refused with 415, however genuine the body',
    async (coding) => {
      await open();
      expect((await shop.post(noticeV2(), { 'content-encoding': coding })).status).toBe(415);
      expect((await shop.post(noticeV3(), { 'content-encoding': coding })).status).toBe(415);
      expect(shop.codes).toEqual(['ERR_WXPAY_BAD_REQUEST', 'ERR_WXPAY_BAD_REQUEST']);
      expect(shop.handled).toEqual([]);
    },
  );

  test('a body that is compressed and says so is refused before it is read', async () => {
    await open();
    const response = await fetch(shop.url, {
      method: 'POST',
      body: gzipSync(noticeV2().body),
      headers: { 'content-type': 'text/xml', 'content-encoding': 'gzip' },
    });
    expect([response.status, await response.text()]).toEqual([415, V2_REFUSAL]);
  });
});

describe('the body, and not its content type, says which version is answered', () => {
  const types = ['text/xml', 'application/xml', 'text/plain', 'application/octet-stream', 'text/html; charset=gbk', ''];

  test.each([...types, 'application/x-www-form-urlencoded'])(
    'a v2 notification as "%s" is acknowledged in XML',
    async (type) => {
      await open();
      expect(await shop.post(noticeV2(), { 'content-type': type })).toEqual({ status: 200, type: XML, body: V2_ACK });
      expect(shop.codes).toEqual([]);
    },
  );

  test.each([...types, 'application/json'])('a v3 notification as "%s" is acknowledged with 204', async (type) => {
    await open();
    expect(await shop.post(noticeV3(), { 'content-type': type })).toEqual({ status: 204, type: null, body: '' });
    expect(shop.codes).toEqual([]);
  });

  test.each(types)('a forged v2 notification as "%s" is refused in XML', async (type) => {
    await open();
    const { body } = noticeV2({ sign: 'A79C5985C6A8FC7DA5DF1F7656412908' });
    const answer = await shop.post({ body, headers: {} }, { 'content-type': type });
    expect(answer).toEqual({ status: 401, type: XML, body: V2_REFUSAL });
  });

  test.each(types)('a forged v3 notification as "%s" is refused in JSON', async (type) => {
    await open();
    const { body, headers } = noticeV3();
    const answer = await shop.post({ body: body.replace('"id":"EV', '"id":"EW'), headers }, { 'content-type': type });
    expect(answer).toEqual({ status: 401, type: JSON_TYPE, body: V3_REFUSAL });
  });

  test('a version without credentials is refused in its own form', async () => {
    await open(merchantV2());
    const v3 = await shop.post(noticeV3(), { 'content-type': 'text/xml' });
    expect(v3).toEqual({ status: 401, type: JSON_TYPE, body: V3_REFUSAL });
    await shop.close();
    await open(merchantV3());
    const v2 = await shop.post(noticeV2(), { 'content-type': 'text/plain' });
    expect(v2).toEqual({ status: 401, type: XML, body: V2_REFUSAL });
  });
});

describe('before a byte of the body is read, the content type says which version is answered', () => {
  test.each([
    ['text/xml', XML, V2_REFUSAL],
    ['Application/XML; charset=utf-8', XML, V2_REFUSAL],
    ['application/json', JSON_TYPE, V3_REFUSAL],
    ['text/plain', JSON_TYPE, V3_REFUSAL],
    ['', JSON_TYPE, V3_REFUSAL],
  ])('a request as "%s" is refused as %s', async (type, answered, body) => {
    await open();
    const response = await fetch(shop.url, { method: 'PUT', body: 'x', headers: { 'content-type': type } });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      405,
      answered,
      body,
    ]);
  });
});

test('a request that is no POST is told which method is right', async () => {
  await open();
  const response = await fetch(shop.url, { method: 'PUT', body: 'x' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});
