import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { checkApiKeys } from '../../../../src/cli/doctor/checks/api-keys.js';
import { checkClientCertificate } from '../../../../src/cli/doctor/checks/client-certificate.js';
import { checkCertificate, checkPrivateKey } from '../../../../src/cli/doctor/checks/merchant-key.js';
import { checkPlatformKeys } from '../../../../src/cli/doctor/checks/platform-keys.js';
import type { V3Facts } from '../../../../src/cli/doctor/facts.js';
import type { Finding } from '../../../../src/cli/doctor/finding.js';
import { pemOf, publicPemOf } from '../../../../src/simulator/crypto/rsa-keys.js';
import { selfSigned } from '../../../../src/simulator/crypto/self-signed.js';
import { DAY } from '../../../../src/util/clock.js';

const NOW = Date.UTC(2026, 10, 28);
const rsa = (bits = 2048) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
const own = rsa();
const other = rsa();
const certificate = selfSigned(own, { subject: { CN: '1900000109', O: 'A shop' }, notBefore: NOW - DAY });
const serial = new X509Certificate(certificate).serialNumber;

const said = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, subject, what }) => `${severity} ${subject}: ${what}`);
const pair = (facts: V3Facts, { mchid = '1900000109', now = NOW } = {}) => {
  const { key } = checkPrivateKey({ privateKey: pemOf(own), ...facts });
  return said(checkCertificate(facts, { key, mchid, now }));
};

describe('the private key', () => {
  test.each<[string, unknown, string]>([
    ['that is right', pemOf(own), 'ok v3.privateKey: an RSA key of 2048 bits'],
    ['with escaped line ends', pemOf(own).replaceAll('\n', '\\n'), 'ok v3.privateKey: an RSA key of 2048 bits'],
    ['that is a certificate', certificate, 'error v3.privateKey: it seems to hold a certificate'],
    ['that is a public key', publicPemOf(own), 'error v3.privateKey: it seems to hold a public key'],
    [
      'that is a file name',
      './apiclient_key.pem',
      'error v3.privateKey: it seems to hold a file name: read the file and give its text',
    ],
    ['that is cut off', pemOf(own).slice(0, 400), 'error v3.privateKey: it seems to hold a PEM that is cut off'],
    ['of 1024 bits', pemOf(rsa(1024)), 'error v3.privateKey: it has 1024 bits'],
  ])('%s', (_, privateKey, finding) => expect(said(checkPrivateKey({ privateKey }).findings)).toEqual([finding]));
});

describe('the certificate', () => {
  test('that belongs to key, serial and merchant', () => {
    expect(pair({ certificate, serial_no: serial })).toEqual([
      'ok v3.certificate: belongs to v3.privateKey',
      'ok v3.serial_no: is that of the certificate',
    ]);
  });
  test('of another key, of another merchant, and out of date', () => {
    expect(pair({ certificate, privateKey: pemOf(other) })).toEqual([
      'error v3.certificate: it belongs to another key than v3.privateKey',
    ]);
    expect(pair({ certificate }, { mchid: '1900000999' })).toContain(
      'error mchid: it is 1900000999, and the certificate is that of 1900000109',
    );
    expect(pair({ certificate }, { now: NOW + 4000 * DAY }).join()).toContain('it expired on');
    expect(pair({ certificate: publicPemOf(own) })).toEqual(['error v3.certificate: it seems to hold a public key']);
  });
  test('about to expire is a warning', () => {
    const { validTo } = new X509Certificate(certificate);
    expect(pair({ certificate }, { now: Date.parse(validTo) - 10 * DAY }).join()).toMatch(
      /warning v3.certificate: it expires in (9|10) days/,
    );
  });
});

describe('the serial number', () => {
  test.each<[string, string, string]>([
    ['in lower case', serial.toLowerCase(), 'warning v3.serial_no: it is written with colons or in lower case'],
    [
      'with colons',
      serial.match(/../g)?.join(':') ?? '',
      'warning v3.serial_no: it is written with colons or in lower case',
    ],
    ['of another certificate', '5'.repeat(40), `error v3.serial_no: the certificate has the serial ${serial}`],
    [
      'that is the id of the public key',
      'PUB_KEY_ID_0119000001',
      'error v3.serial_no: it is the id of WeChat Pay’s public key',
    ],
    ['that is none', 'x', 'error v3.serial_no: it is not a number of 40 hex digits'],
  ])('%s', (_, serial_no, finding) => expect(pair({ certificate, serial_no })).toContain(finding));
});

describe('keys of WeChat Pay', () => {
  const keys = (platformKeys: Record<string, string>) =>
    said(checkPlatformKeys({ platformKeys }, checkPrivateKey({ privateKey: pemOf(own) }).key, NOW));
  const ID = 'PUB_KEY_ID_0119000001092024010100000000';
  const theirs = selfSigned(other, { subject: { CN: 'Tenpay.com sign', O: 'Tenpay.com' }, notBefore: NOW - DAY });
  test('a public key with its id, and a certificate with its serial', () => {
    expect(keys({ [ID]: publicPemOf(other) })).toEqual([`ok v3.platformKeys.${ID}: is a public key with its id`]);
    expect(keys({ [new X509Certificate(theirs).serialNumber]: theirs })[0]).toMatch(
      /^ok .* is a certificate that is valid until/,
    );
  });
  test.each<[string, Record<string, string>, string]>([
    [
      'an id without its prefix',
      { '0119000001092024': publicPemOf(other) },
      'the id of a public key is PUB_KEY_ID_ and digits',
    ],
    ['the merchant’s own key', { [ID]: publicPemOf(own) }, 'it is the merchant’s own key'],
    ['the merchant’s own certificate', { [serial]: certificate }, 'it is the merchant’s own key'],
    ['a private key', { [ID]: pemOf(other) }, 'it seems to hold a private key'],
    ['a certificate under another serial', { ['5'.repeat(40)]: theirs }, 'the certificate has the serial'],
    ['none', {}, 'no key of WeChat Pay is given'],
  ])('%s', (_, platformKeys, what) => expect(keys(platformKeys).join()).toContain(what));
});

describe('APIv2 and APIv3 keys', () => {
  const KEY = '0123456789abcdef0123456789abcdef';
  test.each<[string, unknown, string]>([
    ['of 32 bytes', KEY, 'ok v3.apiV3Key: has 32 bytes'],
    ['of 31 bytes', KEY.slice(1), 'error v3.apiV3Key: it has 31 bytes, and must have 32'],
    ['with a line end', `${KEY}\n`, 'error v3.apiV3Key: it begins or ends with a blank or a line end'],
    ['in quotes', `"${KEY}"`, 'error v3.apiV3Key: it is in quotes'],
    ['that is missing in the environment', null, 'error v3.apiV3Key: it is null'],
  ])('%s', (_, apiV3Key, finding) => {
    const findings = checkApiKeys({ apiV3Key }, undefined);
    expect(said(findings)).toEqual([finding]);
    expect(JSON.stringify(findings)).not.toContain(KEY.slice(1));
  });
  test('one value for both is a warning', () => {
    expect(said(checkApiKeys({ apiV3Key: KEY }, { key: KEY }))).toContain(
      'warning v3.apiV3Key: it is the same as v2.key',
    );
  });
});

describe('the client certificate of API v2', () => {
  test('as PEM', () => {
    const check = (clientKey: string) =>
      said(checkClientCertificate({ clientCertificate: certificate, clientKey }, '1900000109'));
    expect(check(pemOf(own))).toEqual(['ok v2.clientCertificate: belongs to v2.clientKey']);
    expect(check(pemOf(other))).toEqual(['error v2.clientCertificate: it belongs to another key than v2.clientKey']);
    expect(check('x')).toEqual(['error v2.clientCertificate: it or v2.clientKey cannot be read']);
  });
  test('that is no p12', () => {
    expect(said(checkClientCertificate({ clientPfx: Buffer.from('x') }, '1900000109'))).toEqual([
      'error v2.clientPfx: it does not open with the merchant number as passphrase',
    ]);
  });
});
