import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Wxpay, WxpayError } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { Rsa } from 'wechatpay-axios-plugin';
import { merchantOf } from '../../support/versions.js';
import { recorder, rejection } from './support.js';

let sim: Simulator;
let wxpay: Wxpay;
beforeEach(async () => {
  sim = await createSimulator({ merchant: { platform: 'mixed' } });
  wxpay = merchantOf(sim, 'v3');
});
afterEach(() => sim.close());

const LONGEST = `${'张'.repeat(71)}a`;

describe('a client written elsewhere', () => {
  test.each(['a', '张三', '6225 7600 0000 0000', LONGEST])('opens what encrypt sealed: %s', async (text) => {
    const { serial, ciphertext } = await wxpay.encrypt(text);
    const { publicKey } = sim.merchant.keys;
    expect(serial).toBe(publicKey.serial);
    expect(Rsa.decrypt(ciphertext, publicKey.privateKey)).toBe(text);
  });

  test.each(['a', '张三', '6225 7600 0000 0000', LONGEST, '\ufeff'])('seals what decrypt opens: %s', (text) => {
    const { publicKey } = new X509Certificate(sim.merchant.keys.certificate);
    expect(wxpay.decrypt(Rsa.encrypt(text, publicKey))).toBe(text);
  });
});

describe('encrypt', () => {
  test('takes the certificate that took effect last where there is no public key', async () => {
    sim.merchant.platform = 'certificates';
    const certified = merchantOf(sim, 'v3');
    const { serial, privateKey } = sim.merchant.keys.currentCertificate();
    const sealed = await certified.encrypt('张三');
    expect([sealed.serial, Rsa.decrypt(sealed.ciphertext, privateKey)]).toEqual([serial, '张三']);
    // A second field of the same request, after the certificate has changed.
    const next = sim.merchant.keys.rotate();
    await sim.clock.advance(13 * 3_600_000);
    // The first call after twelve hours starts a download, and does not wait for it.
    do await certified.request('GET', '/v3/certificates');
    while ((await certified.encrypt('a')).serial !== next);
    const second = await certified.encrypt('李四', { serial });
    expect([second.serial, Rsa.decrypt(second.ciphertext, privateKey)]).toEqual([serial, '李四']);
  });

  test.each([
    ['', '"text" must be a string, not empty'],
    [undefined, '"text" must be a string'],
    [6225, '"text" must be a string'],
    ['\ud800', '"text" must be a string'],
    ['张'.repeat(72), '"text" must be at most 214 bytes of UTF-8, and has 216'],
  ])('refuses %p', async (text, message) => {
    const error = await rejection(wxpay.encrypt(text as string));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
  });

  test('refuses the serial of no key', async () => {
    await expect(wxpay.encrypt('a', { serial: 'PUB_KEY_ID_0000000000' })).rejects.toThrow(
      '"serial" must be the serial',
    );
  });
});

test('encryptedFor names the key, and the answer is verified with it', async () => {
  const { calls, recording } = recorder();
  sim.route('POST', '/v3/fund-app/mch-transfer/transfer-bills', recording({ body: { state: 'ACCEPTED' } }));
  const body = { out_bill_no: 'T1' };
  for (const wanted of [undefined, sim.merchant.keys.currentCertificate().serial]) {
    if (wanted) await wxpay.request('GET', '/v3/certificates', { encryptedFor: wanted });
    const { serial, ciphertext } = await wxpay.encrypt('张三', wanted ? { serial: wanted } : {});
    await wxpay.request('POST', '/v3/fund-app/mch-transfer/transfer-bills', {
      encryptedFor: serial,
      body: { ...body, user_name: ciphertext },
    });
    expect(calls.at(-1)?.headers).toMatchObject({ 'wechatpay-serial': [serial] });
  }
});

describe('decrypt', () => {
  test.each<[string, (good: string) => unknown]>([
    ['a changed ciphertext', (good) => (good[0] === 'A' ? 'B' : 'A') + good.slice(1)],
    ['a ciphertext that was cut off', (good) => good.slice(0, -4)],
    ['no base64', () => 'not base64'],
    ['nothing', () => ''],
    [
      'what was sealed for another key',
      () => Rsa.encrypt('张三', createPublicKey(sim.merchant.keys.publicKey.privateKey)),
    ],
  ])('refuses %s with a clear error that holds none of it', (_, spoil) => {
    const good = Rsa.encrypt('张三', createPublicKey(createPrivateKey(sim.merchant.v3.privateKey)));
    const ciphertext = spoil(good) as string;
    let error: unknown;
    try {
      wxpay.decrypt(ciphertext);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(WxpayError);
    expect(error).toMatchObject({ code: 'ERR_WXPAY_DECRYPT_FAILED', status: 502 });
    expect(error).not.toHaveProperty('cause');
    expect((error as Error).message).toContain('sealed for another certificate');
  });

  test('refuses what is no text', () => {
    expect(() => wxpay.decrypt(undefined as never)).toThrow(TypeError);
  });
});
