import { describe, expect, test } from '@jest/globals';
import { checkDomains, JS_DOMAIN, OAUTH_DOMAIN } from '../../../../src/cli/doctor/checks/domains.js';
import { checkH5Domains } from '../../../../src/cli/doctor/checks/h5-domains.js';
import { checkNotifyUrl } from '../../../../src/cli/doctor/checks/notify-url.js';
import { checkPayDirectories } from '../../../../src/cli/doctor/checks/pay-directories.js';
import type { Finding } from '../../../../src/cli/doctor/finding.js';

const said = (findings: readonly Finding[]): string[] => findings.map(({ severity, what }) => `${severity}: ${what}`);

describe('notify_url', () => {
  test('an https address of a public host is legal', () => {
    const address = 'https://shop.example/wxpay/notify';
    expect(said(checkNotifyUrl(address))).toEqual([`ok: ${address} is legal`]);
  });
  test.each([
    ['http://shop.example/n', 'error: http://shop.example/n is plain http'],
    ['https://shop.example/n?a=1', 'error: https://shop.example/n?a=1 has a query or a fragment'],
    ['https://shop.example/n#a', 'error: https://shop.example/n#a has a query or a fragment'],
    ['https://a:b@shop.example/n', 'error: the address contains a user or a password'],
    ['https://127.0.0.1/n', 'error: 127.0.0.1 is an IP address'],
    ['https://[2001:db8::1]/n', 'error: [2001:db8::1] is an IP address'],
    ['https://localhost/n', 'error: localhost is a name of this machine or network'],
    ['https://shop/n', 'error: shop is a name of this machine or network'],
    ['https://shop.example:8443/n', 'warning: https://shop.example:8443/n names the port 8443'],
    [`https://shop.example/${'n'.repeat(250)}`, 'error: it has 271 characters'],
    ['/wxpay/notify', 'error: /wxpay/notify is no address'],
  ])('%s: %s', (address, finding) => expect(said(checkNotifyUrl(address))).toEqual([finding]));
  test('every finding names a reason and a remedy', () => {
    for (const { why, fix } of checkNotifyUrl('http://localhost:3000/n?a')) {
      expect([why?.length, fix?.length].every((length) => (length ?? 0) > 10)).toBe(true);
    }
  });
});

describe('网页授权域名 and JS接口安全域名', () => {
  const oauth = (values: string[], address = 'https://shop.example/a') =>
    said(checkDomains(OAUTH_DOMAIN, values, [address]));
  test('the exact host covers, and a host with a path covers what is below it', () => {
    expect(oauth(['shop.example'])).toEqual(['ok: covers shop.example']);
    expect(oauth(['shop.example/a'])).toEqual(['ok: covers shop.example']);
    expect(oauth(['shop.example/b'])).toEqual([expect.stringContaining('no value covers shop.example')]);
  });
  test('a sub-domain is another name, in both directions', () => {
    const hint = '(example.com does not include it: sub-domains are names of their own)';
    expect(oauth(['example.com'], 'https://pay.example.com/')).toEqual([
      `error: no value covers pay.example.com ${hint}`,
    ]);
    expect(oauth(['pay.example.com'], 'https://example.com/')[0]).toContain('pay.example.com does not include it');
  });
  test.each([
    ['https://shop.example', 'has a scheme'],
    ['192.168.0.1', 'is an IP address'],
    ['192.168.0.1:80', 'is an IP address'],
    ['shop.example:443', 'has a port'],
    ['shop', 'is no host name'],
    ['店.中国', 'is no host name'],
  ])('"%s" %s', (value, what) => expect(oauth([value])[0]).toBe(`error: "${value}" ${what}`));
  test('more values than WeChat takes', () => {
    const six = Array.from({ length: 6 }, (_, n) => `s${n}.example.com`);
    expect(said(checkDomains(JS_DOMAIN, six, []))).toEqual(['warning: 6 values are given']);
  });
});

describe('JSAPI 支付授权目录', () => {
  // The examples of the official page.
  const PAGE = 'https://www.weixin.com/123/456/abc.html';
  const covers = (directory: string, page = PAGE) => said(checkPayDirectories([directory], [page]));
  test.each(['https://www.weixin.com/', 'https://www.weixin.com/123/456/'])('%s covers', (directory) => {
    expect(covers(directory)).toEqual([`ok: covers ${PAGE}`]);
    expect(covers(directory, `${PAGE}?a=/b/#/c/`)).toEqual([`ok: covers ${PAGE}?a=/b/#/c/`]);
  });
  test.each([
    ['https://www.weixin.com/123/', 'a directory above it'],
    ['http://www.weixin.com/123/456/', 'has another scheme'],
    ['https://www.Weixin.com/', 'differs in capitals'],
    ['https://www.weixin.com/123/456', 'does not end with a slash'],
    ['www.weixin.com/', 'has no scheme'],
    ['https://10.0.0.1/', 'is an IP address'],
    ['https://www.weixin.com/?a/', 'has a query'],
  ])('%s does not: %s', (directory, why) => expect(covers(directory).join()).toContain(why));
  test('a page without a path is in the directory of its host', () => {
    expect(covers('https://www.weixin.com/', 'https://www.weixin.com')).toEqual(['ok: covers https://www.weixin.com']);
  });
  test('more than five', () => {
    const six = Array.from({ length: 6 }, (_, n) => `https://s${n}.example.com/`);
    expect(said(checkPayDirectories(six, []))).toEqual(['warning: 6 values are given']);
  });
});

test('H5 支付域名 is compared with regard to case', () => {
  expect(said(checkH5Domains(['shop.example'], 'https://shop.example'))).toEqual(['ok: covers shop.example']);
  expect(said(checkH5Domains(['Shop.example'], 'https://shop.example'))).toEqual(['error: no value is shop.example']);
  expect(said(checkH5Domains(['https://shop.example'], undefined))[0]).toContain('more than a host');
});
