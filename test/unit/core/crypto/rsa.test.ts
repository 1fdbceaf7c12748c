import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { openOaep, sealOaep, signSha256, verifySha256 } from '../../../../src/core/crypto/rsa.js';

// The openssl command is the other implementation: it makes the keys, signs what we verify and verifies what we sign.
const folder = mkdtempSync(join(tmpdir(), 'wxpay-openssl-'));
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { stdio: 'pipe' });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', file('key.pem'));
openssl('pkey', '-in', file('key.pem'), '-pubout', '-out', file('public.pem'));
const privateKey = createPrivateKey(readFileSync(file('key.pem')));
const publicKey = createPublicKey(readFileSync(file('public.pem')));

const messages = [
  '',
  '\n',
  'GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n',
  '支付成功\u{1f600}\r\n',
];

test.each(messages)('what openssl signs is verified: %j', (message) => {
  writeFileSync(file('message'), message);
  const signature = openssl('dgst', '-sha256', '-sign', file('key.pem'), file('message')).toString('base64');
  expect(verifySha256(publicKey, signature, message)).toBe(true);
  expect(verifySha256(publicKey, signature, `${message} `)).toBe(false);
  expect(signSha256(privateKey, message)).toBe(signature);
});

test.each(messages)('what is signed openssl verifies: %j', (message) => {
  writeFileSync(file('message'), message);
  writeFileSync(file('signature'), Buffer.from(signSha256(privateKey, message), 'base64'));
  const verify = () =>
    openssl('dgst', '-sha256', '-verify', file('public.pem'), '-signature', file('signature'), file('message'));
  expect(verify().toString()).toMatch(/Verified OK/);
  writeFileSync(file('message'), `${message} `);
  expect(verify).toThrow();
});

test('a message in pieces is the message', () => {
  const signature = signSha256(privateKey, 'a', Buffer.from('支'), 'b');
  expect(verifySha256(publicKey, signature, 'a支', '', 'b')).toBe(true);
});

test.each(['', ' ', 'AAAA', '====', 'not base64', 'A'.repeat(344)])('%j is no signature', (signature) => {
  expect(verifySha256(publicKey, signature, 'message')).toBe(false);
});

test('fields are sealed with OAEP over SHA-1, as openssl opens them', () => {
  writeFileSync(file('sealed'), Buffer.from(sealOaep(publicKey, '6225760000000000'), 'base64'));
  const opened = openssl(
    'pkeyutl',
    '-decrypt',
    '-inkey',
    file('key.pem'),
    '-in',
    file('sealed'),
    '-pkeyopt',
    'rsa_padding_mode:oaep',
    '-pkeyopt',
    'rsa_oaep_md:sha1',
    '-pkeyopt',
    'rsa_mgf1_md:sha1',
  );
  expect(opened.toString()).toBe('6225760000000000');
  expect(openOaep(privateKey, sealOaep(publicKey, '张三'))).toBe('张三');
  expect(() => sealOaep(publicKey, 'x'.repeat(215))).toThrow();
});
