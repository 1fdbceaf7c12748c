import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError, TransportError, VerificationError, type Wxpay, WxpayError } from 'koa-wxpay';
import { createSimulator, type RouteHandler, type Simulator } from 'koa-wxpay/simulator';
import { Agent } from 'undici';
import { Hash, Transformer } from 'wechatpay-axios-plugin';
import { listening } from '../../support/shop.js';
import { merchantOf } from '../../support/versions.js';
import { recorder, rejection } from './support.js';

const RED_PACKET = '/mmpaymkttransfers/sendredpack';
const CONTRACT = '/papay/querycontract';

let sim: Simulator;
let wxpay: Wxpay;
let calls: ReturnType<typeof recorder>['calls'];
let recording: (answer?: object) => RouteHandler;

beforeEach(async () => {
  sim = await createSimulator();
  wxpay = merchantOf(sim, 'v2', { backupUrl: sim.backupUrl });
  ({ calls, recording } = recorder());
});
afterEach(() => sim.close());

const redPacket = () => ({ wxappid: sim.app.appid, mch_billno: 'P1', total_amount: 100, wishing: '恭喜 & <发财>' });
const query = (options = {}) => wxpay.requestV2(CONTRACT, { contract_id: 'C1' }, options);

describe('what is sent', () => {
  test('the fields, those of the merchant, and a signature over all of them', async () => {
    sim.route('POST', CONTRACT, recording({ body: { contract_state: '0' } }));
    const { data, signed } = await wxpay.requestV2(CONTRACT, { contract_id: 'C1', version: '1.0', note: undefined });
    expect(data).toMatchObject({ return_code: 'SUCCESS', result_code: 'SUCCESS', contract_state: '0' });
    expect(signed).toBe(true);
    const { body } = calls[0] as (typeof calls)[number];
    const expected = { appid: sim.app.appid, mch_id: sim.merchant.mchid, contract_id: 'C1', version: '1.0' };
    expect(body).toEqual({ ...expected, nonce_str: expect.any(String), sign: expect.any(String) });
  });

  test('a red packet names the account as wxappid, and only so', async () => {
    sim.route('POST', RED_PACKET, recording({ body: { send_listid: '100000000020' }, unsigned: true }));
    const { data, signed } = await wxpay.requestV2(RED_PACKET, redPacket(), { certificate: true });
    expect([data.send_listid, signed]).toEqual(['100000000020', false]);
    expect(calls[0]?.body).toMatchObject({ wxappid: sim.app.appid, mch_id: sim.merchant.mchid, total_amount: '100' });
    expect(calls[0]?.body).not.toHaveProperty('appid');
  });

  test('a transfer names the merchant as mchid, and only so', async () => {
    const path = '/mmpaymkttransfers/promotion/transfers';
    sim.route('POST', path, recording({ body: {}, unsigned: true }));
    await wxpay.requestV2(path, { mch_appid: sim.app.appid, mchid: sim.merchant.mchid, amount: 1 });
    expect(Object.keys(calls[0]?.body ?? {}).sort()).toEqual(['amount', 'mch_appid', 'mchid', 'nonce_str', 'sign']);
  });

  test('a field given as undefined is left out, those of the merchant included', async () => {
    sim.route('POST', '/risk/getpublickey', recording({ body: { pub_key: '-' } }));
    await wxpay.requestV2('/risk/getpublickey', { appid: undefined });
    expect(calls[0]?.body).not.toHaveProperty('appid');
  });

  test.each(['MD5', 'HMAC-SHA256'] as const)(
    'is signed with %s when that is asked for, as a client written elsewhere signs',
    async (signType) => {
      sim.route('POST', CONTRACT, recording({ body: {} }));
      await query({ signType });
      const { sign, ...fields } = (calls[0] as (typeof calls)[number]).body as Record<string, string>;
      expect(fields.sign_type).toBe(signType === 'MD5' ? undefined : signType);
      expect(sign).toBe(Hash.sign(signType, fields, sim.merchant.key));
    },
  );

  test('a service provider names the merchant it serves', async () => {
    sim.route('POST', CONTRACT, recording({ body: {} }));
    await merchantOf(sim, 'v2', { partner: { sub_mchid: '1900000200' } }).requestV2(CONTRACT, {});
    expect(calls[0]?.body).toMatchObject({ mch_id: sim.merchant.mchid, sub_mch_id: '1900000200' });
  });
});

describe('answers', () => {
  test('a refusal is an ApiError with the err_code', async () => {
    sim.route('POST', RED_PACKET, { body: { err_code: 'NOTENOUGH', err_code_des: '余额不足' }, unsigned: true });
    const error = await rejection(wxpay.requestV2(RED_PACKET, redPacket()));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ wechatCode: 'NOTENOUGH', meaning: 'not_enough', text: '余额不足' });
  });

  test('a message that WeChat did not understand is an ApiError with its text', async () => {
    const wrongKey = merchantOf(sim, 'v2', { v2: { key: 'x'.repeat(32) } });
    await expect(wrongKey.requestV2(CONTRACT, {})).rejects.toMatchObject({ wechatCode: 'FAIL', text: '签名错误' });
  });

  test('a wrong signature is not believed, wherever it comes from', async () => {
    for (const path of [CONTRACT, RED_PACKET]) {
      sim.route('POST', path, recording({ body: {} }));
      sim.switches.next({ api: { [path]: { badSignature: true } } });
      const error = await rejection(wxpay.requestV2(path, {}, { acceptUnsigned: true }));
      expect(error).toBeInstanceOf(VerificationError);
      expect(error).toMatchObject({ code: 'ERR_WXPAY_BAD_SIGNATURE', status: 502 });
    }
    expect(calls).toHaveLength(2);
  });

  test('a missing signature is believed only where WeChat never signs, or where the caller says so', async () => {
    sim.route('POST', CONTRACT, { body: { contract_state: '0' }, unsigned: true });
    await expect(query()).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_SIGNATURE', status: 502 });
    expect(await query({ acceptUnsigned: true })).toMatchObject({ signed: false, data: { contract_state: '0' } });
  });

  test.each([
    ['mch_id', '1900000110'],
    ['appid', 'wxffffffffffffffff'],
  ])('a signed answer that names another %s is another merchant’s', async (name, value) => {
    sim.route('POST', CONTRACT, { body: { [name]: value } });
    await expect(query()).rejects.toMatchObject({ code: 'ERR_WXPAY_WRONG_MERCHANT', status: 502 });
  });

  test('an answer without result_code is no success', async () => {
    sim.route('POST', CONTRACT, { body: { result_code: '' } });
    await expect(query()).rejects.toBeInstanceOf(ApiError);
  });
});

describe('nothing is sent twice', () => {
  test('not to the second host', async () => {
    sim.route('POST', RED_PACKET, recording({ body: {} }));
    await sim.primary.stop();
    await expect(wxpay.requestV2(RED_PACKET, redPacket())).rejects.toMatchObject({ notSent: true });
    expect(calls).toEqual([]);
  });

  test('not after an answer that was lost', async () => {
    sim.route('POST', RED_PACKET, recording({ body: {} }));
    sim.switches.next({ api: { [RED_PACKET]: { resetAfter: true } } });
    expect(await rejection(wxpay.requestV2(RED_PACKET, redPacket()))).toBeInstanceOf(TransportError);
    expect(calls).toHaveLength(1);
  });

  test('and not at all with a signal that is aborted', async () => {
    await expect(query({ signal: AbortSignal.abort() })).rejects.toMatchObject({ notSent: true });
    expect(sim.requests).toEqual([]);
  });
});

describe('an answer that is no message of API v2', () => {
  let server: Server;
  afterEach(() => void server.close());

  test.each<[string, RequestListener]>([
    ['a page', (_, response) => void response.end('<html><body>Bad Gateway</body></html>')],
    ['another status', (_, response) => void response.writeHead(502).end()],
    ['JSON', (_, response) => void response.end('{"return_code":"SUCCESS"}')],
    ['nothing', (_, response) => void response.end()],
    [
      'a nested document',
      (_, response) =>
        void response.end(
          '<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><hblist><hbinfo><amount>1</amount></hbinfo></hblist></xml>',
        ),
    ],
    [
      'an entity',
      (_, response) => void response.end('<!DOCTYPE a [<!ENTITY b "c">]><xml><return_code>&b;</return_code></xml>'),
    ],
  ])('is %s: a bad answer', async (_, listener) => {
    server = await listening(createServer(listener));
    const { port } = server.address() as AddressInfo;
    const other = merchantOf(sim, 'v2', { baseUrl: `http://127.0.0.1:${port}` });
    const error = await rejection(other.requestV2('/mmpaymkttransfers/gethbinfo', {}));
    expect(error).toBeInstanceOf(WxpayError);
    expect(error).toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER', status: 502 });
  });

  test('a client written elsewhere signs an answer that is verified', async () => {
    server = await listening(
      createServer((_, response) => {
        const fields = {
          return_code: 'SUCCESS',
          result_code: 'SUCCESS',
          mch_id: sim.merchant.mchid,
          note: '桌 7 & <b>',
        };
        const sign = Hash.sign('MD5', fields, sim.merchant.key);
        response.end((Transformer as never as { toXml(fields: object): string }).toXml({ ...fields, sign }));
      }),
    );
    const { port } = server.address() as AddressInfo;
    const other = merchantOf(sim, 'v2', { baseUrl: `http://127.0.0.1:${port}` });
    expect(await other.requestV2(CONTRACT, {})).toMatchObject({ signed: true, data: { note: '桌 7 & <b>' } });
  });
});

describe('the client certificate', () => {
  test('is left to a dispatcher of the host that carries it', async () => {
    await sim.close();
    sim = await createSimulator({ tls: {} });
    const { url, ca } = sim.tls as NonNullable<typeof sim.tls>;
    sim.route('POST', RED_PACKET, recording({ body: {} }));
    const { certificate: cert, privateKey } = sim.merchant.v3;
    const shown = merchantOf(sim, 'v2', {
      baseUrl: url,
      dispatcher: new Agent({ connect: { ca, cert, key: privateKey } }),
    });
    await shown.requestV2(RED_PACKET, redPacket(), { certificate: true });
    expect(calls).toHaveLength(1);
  });

  test('that is missing is named before anything is sent', async () => {
    const real = merchantOf(sim, 'v2', { baseUrl: 'https://127.0.0.1:9' });
    const error = await rejection(real.requestV2(RED_PACKET, redPacket(), { certificate: true }));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain('give "v2.clientPfx", or "v2.clientCertificate"');
  });
});

describe('what is refused before anything is sent', () => {
  afterEach(() => expect(sim.requests).toEqual([]));

  test.each([
    '/v3/certificates',
    'pay/micropay',
    '//evil.example/pay',
    'https://evil.example/pay',
    '/pay/../x',
    '/pay?a=b',
    '/',
    undefined,
  ])('the path %p', async (path) => {
    const error = await rejection(wxpay.requestV2(path as string, {}));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^"path" must/);
  });

  test.each<[string, unknown, unknown, RegExp]>([
    ['no fields', undefined, {}, /"fields" must/],
    ['a sign', { sign: 'x' }, {}, /"sign" is set by the client/],
    ['a nonce', { nonce_str: 'x' }, {}, /"nonce_str" is set by the client/],
    ['a sign_type', { sign_type: 'MD5' }, {}, /"sign_type" is set by the client/],
    ['another merchant', { mch_id: '1900000110' }, {}, /"mch_id" must be this merchant's/],
    ['another merchant under the other name', { mchid: '1900000110' }, {}, /"mchid" must be this merchant's/],
    ['a fraction', { total_amount: 1.5 }, {}, /"total_amount" must be a whole number/],
    ['an object', { detail: {} }, {}, /"detail" must be a string/],
    ['a control character', { wishing: 'a\u0000b' }, {}, /"wishing" holds a character/],
    ['a name that is markup', { 'a><b': '1' }, {}, /no field name of API v2/],
    ['an option that is none', {}, { cert: true }, /"cert" is not an option of requestV2/],
    ['an algorithm that is none', {}, { signType: 'SHA1' }, /"signType" must be/],
  ])('%s', async (_, fields, options, message) => {
    const error = await rejection(wxpay.requestV2(CONTRACT, fields as never, options as object));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });

  test('a merchant without v2 cannot sign', async () => {
    await expect(merchantOf(sim, 'v3').requestV2(CONTRACT, {})).rejects.toThrow('this merchant has no "v2"');
  });
});
