import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { V3Options } from '../../../../../src/client/merchant/v3/options.js';
import type { Common } from '../../../../../src/client/options.js';
import { sealGcm } from '../../../../../src/simulator/crypto/seal.js';
import {
  API_V3_KEY,
  type FakeAnswer,
  type FakeMch,
  fakeMch,
  merchantOf,
  PLATFORM_ID,
  platformKey,
  type Received,
} from '../../../../support/fake-mch-v3.js';
import { deliver, envelopeOf, publicPem } from '../../../../support/notice-v3.js';

interface Certificate {
  serial: string;
  key: KeyObject;
  pem: string;
}

const folder = mkdtempSync(join(tmpdir(), 'wxpay-certificates-'));
let first: Certificate;
let second: Certificate;

/** Certificates come from another program than ours. */
function certificate(serial: string): Certificate {
  const [key, cert] = [join(folder, `${serial}.key`), join(folder, `${serial}.pem`)];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1825',
      '-subj',
      '/CN=Tenpay.com sign',
      '-set_serial',
      `0x${serial}`,
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'pipe' },
  );
  return { serial, key: createPrivateKey(readFileSync(key)), pem: readFileSync(cert, 'utf8') };
}

// The certificates are made after this, on a slow machine some minutes after it, and are valid from then on.
const start = Date.now() + 3_600_000;

beforeAll(() => {
  first = certificate('5157F09EFDC096DE15EBE81A47057A7232F1B8E1');
  second = certificate('5157F09EFDC096DE15EBE81A47057A7232F1B8E2');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: FakeMch[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const sealed = ({ serial, pem }: Certificate, outer = serial) => {
  const nonce = '61f9c719728a';
  const ciphertext = sealGcm(Buffer.from(API_V3_KEY), nonce, 'certificate', pem).toString('base64');
  return {
    serial_no: outer,
    effective_time: '2026-01-01T10:34:56+08:00',
    expire_time: '2031-01-01T10:34:56+08:00',
    encrypt_certificate: { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: 'certificate', ciphertext },
  };
};

const list = (...certificates: Certificate[]) => ({ data: certificates.map((one) => sealed(one)) });

const isDownload = ({ url }: Received): boolean => url === '/v3/certificates';

/** A merchant whose clock the test moves; the fake server signs at the same clock. */
async function shop(answer: (request: Received) => FakeAnswer, v3: Partial<V3Options> = { platformKeys: {} }) {
  const clock = { now: start };
  const atClock = (given: FakeAnswer): FakeAnswer => ({ by: first, ...given });
  const server = await fakeMch(
    (request) => atClock(answer(request)),
    () => clock.now,
  );
  open.push(server);
  const wxpay = merchantOf(server.url, { now: () => clock.now } satisfies Partial<Common>, v3);
  const downloads = (): number => server.requests.filter(isDownload).length;
  const read = ({ serial, key }: { serial: string; key: KeyObject }) => {
    const envelope = envelopeOf('COUPON.USE', {}, API_V3_KEY);
    const { body, headers } = deliver({ serial, key, apiV3Key: API_V3_KEY }, envelope, clock.now);
    return wxpay.readNotification(body, headers).then(
      (content) => ('other' in content ? VERIFIED : 'a notice'),
      ({ code }: { code: string }) => code,
    );
  };
  return { wxpay, server, clock, downloads, read };
}

/** A notification of another kind is read only after its signature was verified. */
const VERIFIED = 'other';
const UNKNOWN = 'ERR_WXPAY_UNKNOWN_SERIAL';

describe('with certificates only', () => {
  test('they are downloaded once, without naming a key, and verify from then on', async () => {
    const { wxpay, server, downloads, read } = await shop(() => ({ body: list(first) }));
    await Promise.all([wxpay.ready(), wxpay.ready(), read(first)]);
    expect(downloads()).toBe(1);
    expect(server.requests[0]).toMatchObject({ signed: true });
    expect(server.requests[0]!.headers).not.toHaveProperty('wechatpay-serial');
    expect(await read(first)).toBe(VERIFIED);
    expect(downloads()).toBe(1);
  });

  test('requests name the certificate their answers are to be signed with', async () => {
    const { wxpay, server } = await shop((request) =>
      isDownload(request) ? { body: list(first) } : { body: { prepay_id: 'wx1' } },
    );
    await wxpay.place('jsapi', { out_trade_no: 'SHOP00A1', description: '面', amount: { total: 1 } }, { openid: 'o1' });
    expect(server.requests.map(({ url }) => url)).toEqual(['/v3/certificates', '/v3/pay/transactions/jsapi']);
    expect(server.requests[1]!.headers['wechatpay-serial']).toBe(first.serial);
  });

  test.each<[string, () => FakeAnswer, string]>([
    ['signed by none of them', () => ({ body: list(second) }), UNKNOWN],
    [
      'signed by another key',
      () => ({ body: list(first), by: { serial: first.serial, key: second.key } }),
      'ERR_WXPAY_BAD_SIGNATURE',
    ],
    ['unsigned', () => ({ body: list(first), by: false }), 'ERR_WXPAY_BAD_REQUEST'],
    ['of another outer serial', () => ({ body: { data: [sealed(first, second.serial)] } }), 'ERR_WXPAY_BAD_ANSWER'],
    ['that is empty', () => ({ body: { data: [] } }), 'ERR_WXPAY_'],
    ['of another form', () => ({ body: { data: [{}] } }), 'ERR_WXPAY_BAD_ANSWER'],
  ])('a list %s fails at boot and brings no key', async (_, answer, code) => {
    const { wxpay, read } = await shop(answer);
    await expect(wxpay.ready()).rejects.toMatchObject({ code: expect.stringContaining(code), status: 502 });
    expect(await read(second)).toBe(UNKNOWN);
  });

  test('a merchant without certificates is told so by WeChat', async () => {
    const { wxpay } = await shop(() => ({
      status: 404,
      body: { code: 'RESOURCE_NOT_EXISTS', message: '无可用的平台证书' },
    }));
    await expect(wxpay.ready()).rejects.toMatchObject({ wechatCode: 'RESOURCE_NOT_EXISTS', meaning: 'other' });
  });

  test('an unknown serial asks once, for all who wait, and not again within a minute', async () => {
    let certificates = [first];
    const { wxpay, clock, downloads, read } = await shop(() => ({ body: list(...certificates) }));
    await wxpay.ready();
    expect(await read(second)).toBe(UNKNOWN);
    expect(downloads()).toBe(1);
    certificates = [first, second];
    clock.now += 60_000;
    expect(await Promise.all([read(second), read(second), read(second)])).toEqual([VERIFIED, VERIFIED, VERIFIED]);
    expect(downloads()).toBe(2);
  });

  test('a serial that stays unknown is not asked for again for five minutes', async () => {
    const { wxpay, clock, downloads, read } = await shop(() => ({ body: list(first) }));
    await wxpay.ready();
    clock.now += 60_000;
    expect(await read(second)).toBe(UNKNOWN);
    expect(downloads()).toBe(2);
    clock.now += 60_000;
    expect(await read(second)).toBe(UNKNOWN);
    expect(downloads()).toBe(2);
    clock.now += 240_000;
    expect(await read(second)).toBe(UNKNOWN);
    expect(downloads()).toBe(3);
  });

  test('after twelve hours the set is fetched anew, and a failure keeps the old one', async () => {
    let failed = (): void => {};
    const failure = new Promise<void>((resolve) => {
      failed = resolve;
    });
    let down = false;
    const { wxpay, clock, downloads, read } = await shop(() => {
      if (!down) return { body: list(first) };
      failed();
      return { status: 500 };
    });
    await wxpay.ready();
    clock.now += 12 * 3_600_000 - 1;
    expect(await read(first)).toBe(VERIFIED);
    expect(downloads()).toBe(1);
    down = true;
    clock.now += 1;
    expect(await read(first)).toBe(VERIFIED);
    // Nobody waits for this download: the notification was answered with the keys at hand.
    await failure;
    expect(await read(second)).toBe(UNKNOWN);
    expect(await read(first)).toBe(VERIFIED);
    expect(downloads()).toBe(2);
  });

  test('a failed download says nothing about a serial', async () => {
    let down = true;
    const { clock, downloads, read } = await shop(() => (down ? { status: 500 } : { body: list(first) }));
    expect(await read(first)).toBe(UNKNOWN);
    down = false;
    clock.now += 60_000;
    expect(await read(first)).toBe(VERIFIED);
    expect(downloads()).toBe(2);
  });

  test('outside its validity a certificate verifies nothing', async () => {
    const { wxpay, clock, read } = await shop(() => ({ body: list(first) }));
    await wxpay.ready();
    clock.now += 1826 * 86_400_000;
    expect(await read(first)).toBe(UNKNOWN);
  });
});

describe('with a public key only', () => {
  test('certificates are never asked for, not even for an unknown serial', async () => {
    const own = { serial: PLATFORM_ID, key: platformKey };
    const { wxpay, downloads, read } = await shop(() => ({ by: own, body: { prepay_id: 'wx1' } }), {});
    await wxpay.ready();
    expect(await read(own)).toBe(VERIFIED);
    expect(await read(first)).toBe(UNKNOWN);
    await wxpay.place('jsapi', { out_trade_no: 'SHOP00A1', description: '面', amount: { total: 1 } }, { openid: 'o1' });
    expect(downloads()).toBe(0);
  });
});

describe('while a merchant moves from certificates to a public key', () => {
  test.each<[string, () => Partial<V3Options>, number]>([
    ['both given', () => ({ platformKeys: { [PLATFORM_ID]: publicPem(platformKey), [first.serial]: first.pem } }), 0],
    ['certificates downloaded', () => ({ downloadCertificates: true }), 1],
  ])('both kinds verify, and requests name the public key (%s)', async (_, v3, expected) => {
    const own = { serial: PLATFORM_ID, key: platformKey };
    const { wxpay, server, read } = await shop(
      (request) => (isDownload(request) ? { body: list(first) } : { by: own, body: { prepay_id: 'wx1' } }),
      v3(),
    );
    expect(await read(first)).toBe(VERIFIED);
    expect(await read(own)).toBe(VERIFIED);
    await wxpay.place('jsapi', { out_trade_no: 'SHOP00A1', description: '面', amount: { total: 1 } }, { openid: 'o1' });
    expect(server.requests.at(-1)!.headers['wechatpay-serial']).toBe(PLATFORM_ID);
    expect(server.requests.filter(isDownload).length).toBeGreaterThanOrEqual(expected);
  });
});

test("two merchants of one process do not see each other's keys", async () => {
  const one = await shop(() => ({ body: list(first) }));
  const other = await shop(() => ({ body: list(second), by: second }));
  await Promise.all([one.wxpay.ready(), other.wxpay.ready()]);
  expect(await one.read(first)).toBe(VERIFIED);
  expect(await other.read(first)).toBe(UNKNOWN);
});
