import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readPem } from '../../../../src/client/merchant/pem.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys: [string, string, Buffer, string][] = [
  [
    'a private key in PKCS#8',
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey.export({ type: 'pkcs8', format: 'der' }),
    'private key',
  ],
  [
    'a private key in PKCS#1',
    privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    privateKey.export({ type: 'pkcs1', format: 'der' }),
    'private key',
  ],
  [
    'a public key in SPKI',
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKey.export({ type: 'spki', format: 'der' }),
    'public key',
  ],
  [
    'a public key in PKCS#1',
    publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey.export({ type: 'pkcs1', format: 'der' }),
    'public key',
  ],
];

describe.each(keys)('%s is read', (_, pem, der, kind) => {
  const expected = { kind, text: pem };
  test.each<[string, string | Buffer]>([
    ['as PEM', pem],
    ['as the base64 of its PEM', Buffer.from(pem).toString('base64')],
    ['as the base64 of its PEM in lines', Buffer.from(pem).toString('base64').replace(/.{76}/g, '$&\n')],
    ['as the lines between the first and the last of its PEM', pem.split('\n').slice(1, -2).join('\n')],
    ['as the base64 of its DER in one line', der.toString('base64')],
    ['in quotes, as an .env file holds it', `"${der.toString('base64')}"`],
    ['as DER', der],
  ])('%s', (_, value) => {
    expect(readPem(value)).toMatchObject(expected);
  });
});

test.each<[string, string | Buffer]>([
  ['base64 of neither PEM nor DER', Buffer.alloc(100, 7).toString('base64')],
  [
    'DER of neither an RSA key nor a certificate',
    Buffer.concat([Buffer.from([0x30]), Buffer.alloc(100, 7)]).toString('base64'),
  ],
  ['DER of neither', Buffer.concat([Buffer.from([0x30]), Buffer.alloc(100, 7)])],
  ['a text that is not PEM', 'my key'],
])('what is no key is called %s', (says, value) => {
  expect(readPem(value)).toMatchObject({ kind: 'other', says: expect.stringContaining(says) });
});
