import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resolveV3, type V3Options } from '../../../../../src/client/merchant/v3/options.js';
import { publicPem, rsaKey } from '../../../../support/notice-v3.js';

const folder = mkdtempSync(join(tmpdir(), 'wxpay-options-'));
const SERIAL = '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB';
const PLATFORM_SERIAL = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const PUB_KEY_ID = 'PUB_KEY_ID_0119000001';

const key = rsaKey();
const pkcs8 = key.export({ type: 'pkcs8', format: 'pem' }).toString();
const pkcs1 = key.export({ type: 'pkcs1', format: 'pem' }).toString();
const platform = rsaKey();
const platformPem = publicPem(platform);
let certificate: string;
let platformCertificate: string;
let options: V3Options;

function selfSigned(pem: string, serial: string, name = 'shop'): string {
  const file = join(folder, `${serial}.key`);
  const out = join(folder, `${serial}.pem`);
  execFileSync('sh', ['-c', `cat > '${file}'`], { input: pem });
  execFileSync(
    'openssl',
    ['req', '-x509', '-key', file, '-days', '30', '-subj', `/CN=${name}`, '-set_serial', `0x${serial}`, '-out', out],
    {
      stdio: 'pipe',
    },
  );
  return readFileSync(out, 'utf8');
}

beforeAll(() => {
  certificate = selfSigned(pkcs8, SERIAL);
  platformCertificate = selfSigned(platform.export({ type: 'pkcs8', format: 'pem' }).toString(), PLATFORM_SERIAL);
  options = {
    privateKey: pkcs8,
    serial_no: SERIAL,
    apiV3Key: '0123456789abcdef0123456789abcdef',
    platformKeys: { [PUB_KEY_ID]: platformPem },
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const problem = (change: object): string => {
  try {
    resolveV3({ ...options, ...change });
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
  return 'accepted';
};

describe('accepted, for only the spelling differs', () => {
  test.each<[string, () => unknown]>([
    ['PKCS#8', () => pkcs8],
    ['PKCS#1', () => pkcs1],
    ['a Buffer', () => Buffer.from(pkcs8)],
    ['a KeyObject', () => key],
    ['\\n as two characters', () => pkcs8.replaceAll('\n', '\\n')],
    ['Windows line ends', () => pkcs8.replaceAll('\n', '\r\n')],
    ['Windows line ends as four characters', () => pkcs8.replaceAll('\n', '\\r\\n')],
    ['one long line', () => pkcs8.replaceAll('\n', ' ')],
    ['quotes and blanks around it', () => `\n  "${pkcs8}"  `],
    ['text before the block', () => `Bag Attributes\n    friendlyName: Tenpay\n${pkcs8}`],
  ])('a private key with %s', (_, value) => {
    const { privateKey } = resolveV3({ ...options, privateKey: value() as string });
    expect(createPublicKey(privateKey).equals(createPublicKey(key))).toBe(true);
  });

  test('a serial in lower case or with colons', () => {
    expect(resolveV3({ ...options, serial_no: SERIAL.toLowerCase() }).serial_no).toBe(SERIAL);
    expect(resolveV3({ ...options, serial_no: SERIAL.match(/../g)!.join(':') }).serial_no).toBe(SERIAL);
  });

  test('the certificate that belongs to key and serial', () => {
    expect(problem({ certificate })).toBe('accepted');
    expect(problem({ certificate: certificate.replaceAll('\n', '\\n') })).toBe('accepted');
  });

  test('several APIv3 keys, public key and certificate of the platform side by side', () => {
    const platformKeys = { [PUB_KEY_ID]: platformPem, [PLATFORM_SERIAL]: platformCertificate.replaceAll('\n', '\r\n') };
    const resolved = resolveV3({ ...options, apiV3Key: ['a'.repeat(32), 'b'.repeat(32)], platformKeys });
    expect(resolved.apiV3Keys.map(String)).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
    expect([...resolved.platformKeys.keys()]).toEqual([PUB_KEY_ID, PLATFORM_SERIAL]);
  });
});

test('the id of a public key without its prefix is named, with the prefix', () => {
  expect(problem({ platformKeys: { '0119000001': platformPem } })).toContain('begins with PUB_KEY_ID_');
  expect(problem({ platformKeys: { '0114232134912410000000000000': createPublicKey(platform) } })).toContain(
    'PUB_KEY_ID_',
  );
});

test('keys and certificates are read as bare base64 too', () => {
  const bare = (pem: string): string => pem.split('\n').slice(1, -2).join('');
  const given = {
    privateKey: bare(pkcs8),
    certificate: bare(certificate),
    platformKeys: { [PUB_KEY_ID]: bare(platformPem), [PLATFORM_SERIAL]: bare(platformCertificate) },
  };
  expect(problem(given)).toBe('accepted');
});

test('the certificate of another merchant number is named with both numbers', () => {
  const theirs = selfSigned(pkcs8, SERIAL, '1900000110');
  const create = (mchid: string) => () => resolveV3({ ...options, certificate: theirs }, mchid);
  expect(create('1900000110')).not.toThrow();
  expect(create('1900000109')).toThrow('"mchid" is 1900000109, and "v3.certificate" is that of 1900000110');
});

test('certificates are downloaded unless every platform key is a public key', () => {
  const downloads = (change: object): boolean => resolveV3({ ...options, ...change }).downloadCertificates;
  expect(downloads({})).toBe(false);
  expect(downloads({ platformKeys: undefined })).toBe(true);
  expect(downloads({ platformKeys: { [PLATFORM_SERIAL]: platformCertificate } })).toBe(true);
  expect(downloads({ downloadCertificates: true })).toBe(true);
});

describe('refused, naming the option and what it seems to hold', () => {
  test.each<[string, () => unknown, string]>([
    ['a public key', () => platformPem, 'a public key'],
    ['a certificate', () => certificate, 'a certificate'],
    ['nothing', () => undefined, 'nothing'],
    ['an empty text', () => ' ', 'an empty text'],
    ['a file name', () => './apiclient_key.pem', 'a file name'],
    ['half a file', () => pkcs8.slice(0, 400), 'cut off'],
    ['random text', () => 'hunter2', 'not PEM'],
    [
      'a request for a certificate',
      () => pkcs8.replaceAll('PRIVATE KEY', 'CERTIFICATE REQUEST'),
      'CERTIFICATE REQUEST',
    ],
    [
      'a key under a passphrase',
      () => key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
      'passphrase',
    ],
    ['a public KeyObject', () => createPublicKey(key), 'a public key'],
    ['a damaged key', () => pkcs8.replace('MII', 'AAA'), 'cannot be read'],
    ['a curve', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'RSA key, not ec'],
    ['a short key', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'not 1024'],
  ])('"v3.privateKey" with %s', (_, value, says) => {
    const message = problem({ privateKey: value() });
    expect(message).toContain('"v3.privateKey"');
    expect(message).toContain(says);
    expect(message).not.toContain('hunter2');
  });

  test.each<[string, () => object, string]>([
    [
      'an APIv3 key of 31 bytes',
      () => ({ apiV3Key: 'x'.repeat(31) }),
      '"v3.apiV3Key" must be exactly 32 bytes, and has 31',
    ],
    ['an APIv3 key of 32 letters and 96 bytes', () => ({ apiV3Key: '密'.repeat(32) }), 'and has 96'],
    ['a missing APIv3 key', () => ({ apiV3Key: undefined }), '"v3.apiV3Key" must be a string'],
    ['no APIv3 key at all', () => ({ apiV3Key: [] }), '"v3.apiV3Key" must be the APIv3 key'],
    ['one bad key of several', () => ({ apiV3Key: ['a'.repeat(32), 'b'] }), 'and has 1'],
    [
      'the id of a public key as serial',
      () => ({ serial_no: PUB_KEY_ID }),
      '"v3.serial_no" must be the serial of the merchant certificate',
    ],
    ['a numeric serial', () => ({ serial_no: 42 }), '"v3.serial_no"'],
    [
      'a certificate of another key',
      () => ({ certificate: platformCertificate }),
      '"v3.certificate" belongs to another key',
    ],
    ['the serial of another certificate', () => ({ certificate, serial_no: PLATFORM_SERIAL }), `which is ${SERIAL}`],
    [
      'a key for the certificate',
      () => ({ certificate: pkcs8 }),
      '"v3.certificate" must be the certificate of the merchant (apiclient_cert.pem), and seems to hold a private key',
    ],
    [
      'a certificate under another serial',
      () => ({ platformKeys: { [SERIAL]: platformCertificate } }),
      `certificate of serial ${PLATFORM_SERIAL} under ${SERIAL}`,
    ],
    [
      'a certificate as public key',
      () => ({ platformKeys: { [PUB_KEY_ID]: platformCertificate } }),
      `certificate of serial ${PLATFORM_SERIAL} under ${PUB_KEY_ID}`,
    ],
    ['a private key as platform key', () => ({ platformKeys: { [PUB_KEY_ID]: pkcs8 } }), 'seems to hold a private key'],
    [
      "the merchant's own key as platform key",
      () => ({ platformKeys: { [PUB_KEY_ID]: publicPem(key) } }),
      "has the merchant's own under",
    ],
    [
      "the merchant's certificate as platform key",
      () => ({ platformKeys: { [SERIAL]: certificate } }),
      "has the merchant's own under",
    ],
    ['a platform key under a name', () => ({ platformKeys: { main: platformPem } }), '"main"'],
    ['platform keys that are one PEM', () => ({ platformKeys: platformPem }), '"v3.platformKeys"'],
    [
      'no way to any platform key',
      () => ({ platformKeys: {}, downloadCertificates: false }),
      '"v3.platformKeys" must hold a key',
    ],
  ])('%s', (_, change, says) => {
    expect(problem(change())).toContain(says);
  });

  test('no message holds a secret', () => {
    const secret = 'TopSecretTopSecretTopSecretTop';
    expect(problem({ apiV3Key: secret })).not.toContain(secret);
    const half = pkcs8.slice(0, 300);
    expect(problem({ privateKey: half })).not.toContain(half.slice(40, 60));
  });
});
