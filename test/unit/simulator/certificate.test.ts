import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildCertificate } from '../../../src/simulator/crypto/certificate.js';
import { alternativeNames } from '../../../src/simulator/crypto/extensions.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = createPublicKey(privateKey);
const facts = {
  serial_no: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  subject: { CN: '1900000109', O: '微信支付 Simulated' },
  publicKey,
  notBefore: Date.UTC(2026, 0, 2, 3, 4, 5),
  notAfter: Date.UTC(2051, 0, 2, 3, 4, 5),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(pem: string, ...args: string[]): string {
  const file = join(folder, 'certificate.pem');
  writeFileSync(file, pem);
  return execFileSync('openssl', [...args, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('openssl reads serial, names, dates on both sides of 2050 and the address it stands for', () => {
  const extensions = [alternativeNames(['localhost', '127.0.0.1', '::1'])];
  const pem = buildCertificate({ ...facts, extensions }, privateKey);
  const text = openssl(
    pem,
    'x509',
    '-noout',
    '-serial',
    '-subject',
    '-nameopt',
    'utf8',
    '-dates',
    '-ext',
    'subjectAltName',
    '-in',
  );
  expect(text).toContain('serial=5157F09EFDC096DE15EBE81A47057A7232F1B8E1');
  expect(text).toMatch(/CN ?= ?1900000109, O ?= ?微信支付 Simulated/);
  expect(text).toContain('notBefore=Jan  2 03:04:05 2026 GMT');
  expect(text).toContain('notAfter=Jan  2 03:04:05 2051 GMT');
  expect(text).toContain('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
});

test('openssl verifies the signature, and not that of another key', () => {
  const pem = buildCertificate(facts, privateKey);
  const file = join(folder, 'certificate.pem');
  expect(openssl(pem, 'verify', '-check_ss_sig', '-CAfile', file)).toMatch(/: OK/);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  expect(() =>
    openssl(buildCertificate(facts, other), 'verify', '-check_ss_sig', '-CAfile', file),
  ).toThrow();
});

test('Node finds key and serial in it', () => {
  const certificate = new X509Certificate(buildCertificate(facts, privateKey));
  expect(certificate.serialNumber).toBe(facts.serial_no);
  expect(certificate.checkPrivateKey(privateKey)).toBe(true);
});

test('a serial that begins with a high bit stays positive', () => {
  const serial_no = 'FF57F09EFDC096DE15EBE81A47057A7232F1B8E1';
  expect(
    openssl(
      buildCertificate({ ...facts, serial_no }, privateKey),
      'x509',
      '-noout',
      '-serial',
      '-in',
    ),
  ).toContain(serial_no);
});
