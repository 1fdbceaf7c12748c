import { describe, expect, test } from '@jest/globals';
import { readBillLocation } from '../../../../src/core/v3/bills.js';

const SHA1 = '79bb0f45fc4c42234a918000b2668d689e2bde04';
const FILE = '/v3/billdownload/file?token=6XIv5TUPto7p&tartype=gzip';
const WECHAT = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'];
const locate = (download_url: string, own: string[]) =>
  readBillLocation(Buffer.from(JSON.stringify({ hash_type: 'SHA1', hash_value: SHA1, download_url })), own);

describe('a merchant that asks WeChat itself fetches a bill from the host WeChat names', () => {
  test.each([...WECHAT, 'https://api.wechatpay.cn', 'https://api2.wechatpay.cn', 'https://apihk.mch.weixin.qq.com'])(
    '%s',
    (host) => {
      expect(locate(host + FILE, WECHAT)).toEqual({ host, path: FILE, sha1: SHA1 });
    },
  );
});

describe('a merchant that asks through a proxy fetches a bill through the proxy', () => {
  const proxy = 'https://proxy.example/wechatpay';
  test.each([...WECHAT, 'https://api.wechatpay.cn', proxy, 'https://proxy.example'])('that lies on %s', (host) => {
    expect(locate(host + FILE, [proxy])).toEqual({ host: proxy, path: FILE, sha1: SHA1 });
  });

  test('also when the proxy is plain http and has a second address', () => {
    const own = ['http://10.0.0.7:8080', 'http://10.0.0.8:8080'];
    expect(locate(WECHAT[0] + FILE, own)).toMatchObject({ host: own[0], path: FILE });
    expect(locate(own[1] + FILE, own)).toMatchObject({ host: own[1], path: FILE });
  });
});

test.each([
  `https://evil.example${FILE}`,
  `http://api.mch.weixin.qq.com${FILE}`,
  `https://api.mch.weixin.qq.com:8443${FILE}`,
  `https://api.mch.weixin.qq.com.evil.example${FILE}`,
  `https://api.mch.weixin.qq.com@evil.example${FILE}`,
  `https://user:password@api.mch.weixin.qq.com${FILE}`,
  `https://proxy.example.evil.example/wechatpay${FILE}`,
])('nothing is sent to %s', (url) => {
  for (const own of [WECHAT, ['https://proxy.example/wechatpay']]) {
    expect(() => locate(url, own)).toThrow(expect.objectContaining({ code: 'ERR_WXPAY_BILL' }));
  }
});
