import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createWxpay, type WxpayOptions } from 'koa-wxpay';

const good: WxpayOptions = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  notifyUrl: 'https://shop.example/wxpay/notify',
  v2: { key: '8934e7d15453e97507ef794cf7b0519d' },
};

const NODE_ENV = process.env.NODE_ENV;
afterEach(() => {
  process.env.NODE_ENV = NODE_ENV;
});

describe('a wrong option is a TypeError that names it and says what would be right', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no appid', { appid: undefined }, /"appid" must be an appid such as wx/],
    ['a number as mchid', { mchid: 1900000109 }, /"mchid" must be the merchant number, a string/],
    ['no notifyUrl', { notifyUrl: undefined }, /"notifyUrl" must be an absolute https address/],
    ['a path as notifyUrl', { notifyUrl: '/wxpay/notify' }, /"notifyUrl" must be an absolute https address/],
    ['a notifyUrl with a query', { notifyUrl: 'https://shop.example/n?shop=1' }, /"notifyUrl" must have no query/],
    ['a notifyUrl with an empty query', { notifyUrl: 'https://shop.example/n?' }, /"notifyUrl" must have no query/],
    ['a notifyUrl in plain http', { notifyUrl: 'http://shop.example/n' }, /"notifyUrl" must be https/],
    [
      'a refundNotifyUrl in plain http',
      { refundNotifyUrl: 'http://shop.example/n' },
      /"refundNotifyUrl" must be https/,
    ],
    ['no version', { v2: undefined }, /"v2"/],
    ['no key', { v2: {} }, /"v2.key" must be the APIv2 key/],
    ['a key of 31 characters', { v2: { key: 'x'.repeat(31) } }, /"v2.key" must be 32 printable characters, not 31/],
    ['one key of several that is empty', { v2: { key: [good.v2?.key, ''] } }, /"v2.key" must be 32/],
    [
      'an unknown signType',
      { v2: { key: good.v2?.key, signType: 'SHA1' } },
      /"v2.signType" must be 'MD5' or 'HMAC-SHA256'/,
    ],
    ['a partner without sub_mchid', { partner: {} }, /"partner.sub_mchid"/],
    ['a timeout above ten seconds', { timeout: 60_000 }, /"timeout" must be milliseconds, 1 to 10000/],
    ['a baseUrl in plain http', { baseUrl: 'http://sim.example' }, /"baseUrl" must be https; .* allowHttp: true/],
    [
      'a password in baseUrl',
      { baseUrl: 'https://:password@mch.example' },
      /"baseUrl" must be an https address without/,
    ],
    ['a password in notifyUrl', { notifyUrl: 'https://:password@shop.example/n' }, /"notifyUrl" must have neither/],
    ['a backupUrl alone', { backupUrl: 'https://b.example' }, /"backupUrl" goes with "baseUrl"/],
  ])('%s', (_, change, message) => {
    expect(() => createWxpay({ ...good, ...change } as WxpayOptions)).toThrow(TypeError);
    expect(() => createWxpay({ ...good, ...change } as WxpayOptions)).toThrow(message);
  });

  test('plain http towards another machine takes a named option, and never in production', () => {
    const elsewhere = { ...good, baseUrl: 'http://simulator:8080', allowHttp: true };
    expect(() => createWxpay(elsewhere)).not.toThrow();
    process.env.NODE_ENV = 'production';
    expect(() => createWxpay(elsewhere)).toThrow(/"baseUrl" must be https in production/);
  });

  test('towards a loopback simulator the notifyUrl may be http', () => {
    expect(() =>
      createWxpay({ ...good, baseUrl: 'http://127.0.0.1:8080', notifyUrl: 'http://127.0.0.1:3000/n' }),
    ).not.toThrow();
  });

  test('no message holds the key', () => {
    const key = 'secret-secret-secret-secret-secret';
    expect(() => createWxpay({ ...good, v2: { key } })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret-') }),
    );
  });
});

describe('a merchant', () => {
  test('is frozen, and the object it was made from is not written to', () => {
    const options = structuredClone(good);
    expect(Object.isFrozen(createWxpay(options))).toBe(true);
    expect(options).toEqual(good);
  });
  test('shows its secrets neither to JSON nor to inspect', () => {
    const wxpay = createWxpay(good);
    expect(JSON.stringify(wxpay) + inspect(wxpay, { depth: 9, showHidden: true })).not.toContain(good.v2?.key);
  });
});
