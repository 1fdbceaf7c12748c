import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createPlatformKeys } from '../../../../../src/client/merchant/v3/platform-keys.js';
import type { PlatformKey } from '../../../../../src/core/v3/certificates.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_767_225_600_000;
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

let clock: number;
let downloads: number;

beforeEach(() => {
  clock = START;
  downloads = 0;
});

const valid: PlatformKey = { key: publicKey, notBefore: 0, notAfter: Number.POSITIVE_INFINITY };

const keysOf = (download: () => ReadonlyMap<string, PlatformKey> = () => new Map([['KNOWN001', valid]])) =>
  createPlatformKeys({
    configured: new Map(),
    download: async () => {
      downloads++;
      return download();
    },
    now: () => clock,
  });

const UNKNOWN = { code: 'ERR_WXPAY_UNKNOWN_SERIAL' };

describe('platform certificates are downloaded', () => {
  test('once a minute at most, whatever unknown serials arrive', async () => {
    const keys = keysOf();
    await expect(keys.find('UNKNOWN1')).rejects.toMatchObject(UNKNOWN);
    clock += MINUTE - 1;
    await expect(keys.find('UNKNOWN2')).rejects.toMatchObject(UNKNOWN);
    expect(downloads).toBe(1);
    clock += 1;
    await expect(keys.find('UNKNOWN2')).rejects.toMatchObject(UNKNOWN);
    expect(downloads).toBe(2);
  });

  test('for one unknown serial again after five minutes', async () => {
    const keys = keysOf();
    await expect(keys.find('UNKNOWN1')).rejects.toMatchObject(UNKNOWN);
    clock += 5 * MINUTE - 1;
    await expect(keys.find('UNKNOWN1')).rejects.toMatchObject(UNKNOWN);
    expect(downloads).toBe(1);
    clock += 1;
    await expect(keys.find('UNKNOWN1')).rejects.toMatchObject(UNKNOWN);
    expect(downloads).toBe(2);
  });

  test('again after twelve hours', async () => {
    const keys = keysOf();
    await keys.ready();
    clock += 12 * HOUR - 1;
    await keys.find('KNOWN001');
    expect(downloads).toBe(1);
    clock += 1;
    await keys.find('KNOWN001');
    expect(downloads).toBe(2);
  });

  test('again a minute after a download that failed', async () => {
    const keys = keysOf(() => {
      throw new Error('down');
    });
    await expect(keys.current()).rejects.toThrow('down');
    clock += MINUTE - 1;
    await expect(keys.current()).rejects.toThrow('down');
    expect(downloads).toBe(1);
    clock += 1;
    await expect(keys.current()).rejects.toThrow('down');
    expect(downloads).toBe(2);
  });
});

test('as many as 256 unknown serials are remembered: one more forgets the oldest and no other', async () => {
  const keys = keysOf();
  const serials = Array.from({ length: 257 }, (_, n) => `UNKNOWN${n}`);
  await Promise.all(serials.map((serial) => expect(keys.find(serial)).rejects.toMatchObject(UNKNOWN)));
  expect(downloads).toBe(1);
  clock += MINUTE;
  for (const serial of ['UNKNOWN1', 'UNKNOWN256']) await expect(keys.find(serial)).rejects.toMatchObject(UNKNOWN);
  expect(downloads).toBe(1);
  await expect(keys.find('UNKNOWN0')).rejects.toMatchObject(UNKNOWN);
  expect(downloads).toBe(2);
});

describe('a certificate is valid', () => {
  const limited: PlatformKey = { key: publicKey, notBefore: START, notAfter: START + HOUR };
  test.each([
    [START - 1, false],
    [START, true],
    [START + HOUR, true],
    [START + HOUR + 1, false],
  ])('at %d: %p', async (at, expected) => {
    clock = at;
    const finding = keysOf(() => new Map([['LIMITED1', limited]])).find('LIMITED1');
    if (expected) expect(await finding).toBe(limited);
    else await expect(finding).rejects.toMatchObject(UNKNOWN);
  });
});
