import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createWxpay, type V2Options } from 'koa-wxpay';

/** Certificates as WeChat hands them out, made by openssl: PEM, p12, and the p12 of old days. */
let folder: string;
const read = (name: string) => readFileSync(join(folder, name));
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-certificate-'));
  for (const name of ['one', 'two']) {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      '/CN=1900000109',
      '-days',
      '1',
    );
  }
  const p12 = ['pkcs12', '-export', '-in', 'one.pem', '-inkey', 'one.key', '-passout'];
  openssl(...p12, 'pass:1900000109', '-out', 'good.p12');
  openssl(...p12, 'pass:other', '-out', 'other.p12');
  openssl(...p12, 'pass:1900000109', '-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-out', 'old.p12');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const create = (v2: Partial<V2Options>) =>
  createWxpay({
    appid: 'wx0123456789abcdef',
    mchid: '1900000109',
    notifyUrl: 'https://shop.example/n',
    v2: { key: '8934e7d15453e97507ef794cf7b0519d', ...v2 },
  });

describe('the client certificate of v2', () => {
  test('as p12, as PEM, as PEM with \\n escapes or Windows line ends', () => {
    const [clientCertificate, clientKey] = [String(read('one.pem')), String(read('one.key'))];
    expect(() => create({ clientPfx: read('good.p12') })).not.toThrow();
    expect(() => create({ clientCertificate, clientKey })).not.toThrow();
    expect(() =>
      create({
        clientCertificate: clientCertificate.replaceAll('\n', '\\n'),
        clientKey: clientKey.replaceAll('\n', '\\n'),
      }),
    ).not.toThrow();
    expect(() => create({ clientCertificate: clientCertificate.replaceAll('\n', '\r\n'), clientKey })).not.toThrow();
  });

  test('a p12 of old days: the error holds the command that converts it', () => {
    expect(() => create({ clientPfx: read('old.p12') })).toThrow(
      /"v2.clientPfx" is encrypted with RC2.*openssl pkcs12 -legacy/,
    );
  });

  test.each<[string, () => Partial<V2Options>, RegExp]>([
    [
      'a p12 of another passphrase',
      () => ({ clientPfx: read('other.p12') }),
      /"v2.clientPfx" does not open with the mchid/,
    ],
    [
      'a p12 that is none',
      () => ({ clientPfx: Buffer.from('hello') }),
      /"v2.clientPfx" must be the client certificate/,
    ],
    [
      'another key',
      () => ({ clientCertificate: read('one.pem'), clientKey: read('two.key') }),
      /"v2.clientCertificate" belongs to another key/,
    ],
    [
      'a certificate alone',
      () => ({ clientCertificate: read('one.pem') }),
      /"v2.clientCertificate" and "v2.clientKey" go together/,
    ],
    [
      'both forms',
      () => ({ clientCertificate: read('one.pem'), clientKey: read('one.key'), clientPfx: read('good.p12') }),
      /give "v2.clientPfx", or/,
    ],
    [
      'a key as certificate',
      () => ({ clientCertificate: read('one.key'), clientKey: read('one.key') }),
      /"v2.clientCertificate" must be the client certificate/,
    ],
  ])('%s is a TypeError that says what it seems to be', (_, given, message) => {
    expect(() => create(given())).toThrow(TypeError);
    expect(() => create(given())).toThrow(message);
  });

  test('a refund without one is refused before anything is sent', async () => {
    const refund = create({}).refund({
      out_trade_no: 'SHOP00A17',
      out_refund_no: 'R1',
      amount: { refund: 1, total: 1990 },
    });
    await expect(refund).rejects.toMatchObject({
      code: 'ERR_WXPAY_REFUND_INVALID',
      message: expect.stringContaining('give "v2.clientPfx"'),
    });
  });
});
