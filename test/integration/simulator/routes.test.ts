import { createHash, createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSimulator,
  type RouteCall,
  type RouteHandler,
  type Simulator,
} from 'koa-wxpay/simulator';
import { verifySha256 } from '../../../src/core/crypto/rsa.js';
import { findSigner } from '../../../src/core/v2/sign.js';
import { signAuthorization } from '../../../src/core/v3/authorization.js';
import { common, createShop, post, type Received, type Shop, signedXml } from './support.js';
import { call } from './v3-support.js';

let sim: Simulator;
let calls: RouteCall[];
beforeEach(async () => {
  calls = [];
  sim = await createSimulator();
});
afterEach(() => sim.close());

const UNFREEZE = '/v3/profitsharing/orders/unfreeze';
const notes = () => sim.requests.flatMap(({ notes }) => notes);
const recording =
  (answer: object): RouteHandler =>
  (call) => {
    calls.push(call);
    return answer;
  };

describe('a route of API v3', () => {
  test('sees the verified request, and its answer is signed', async () => {
    sim.route('POST', UNFREEZE, recording({ body: { state: 'FINISHED' } }));
    const answer = await call(sim, 'POST', UNFREEZE, { out_order_no: 'U1' });
    expect(answer).toMatchObject({ status: 200, body: { state: 'FINISHED' } });
    expect(calls).toMatchObject([
      { merchant: { mchid: sim.merchant.mchid }, body: { out_order_no: 'U1' } },
    ]);
    const header = (name: string) => String(answer.headers[`wechatpay-${name}`]);
    const message = `${header('timestamp')}\n${header('nonce')}\n${answer.text}\n`;
    const key = createPublicKey(sim.merchant.keys.publicKey.pem);
    expect(verifySha256(key, header('signature'), message)).toBe(true);
  });

  test('is not reached by a request with a wrong signature', async () => {
    sim.route('POST', UNFREEZE, recording({ body: {} }));
    const answer = await call(sim, 'POST', UNFREEZE, { a: 1 }, { sent: '{"a":2}' });
    expect([answer.status, answer.body?.code, calls]).toEqual([401, 'SIGN_ERROR', []]);
  });

  test('has placeholders, a query, several methods, and answers 204 without a body', async () => {
    const path = '/v3/profitsharing/orders/{out_order_no}';
    sim.route('GET', path, recording({ body: { state: 'PROCESSING' } }));
    sim.route('DELETE', path, recording({}));
    const url = '/v3/profitsharing/orders/O1?transaction_id=42';
    expect(await call(sim, 'GET', url)).toMatchObject({ status: 200 });
    expect(await call(sim, 'DELETE', url)).toMatchObject({ status: 204, text: '' });
    expect(calls).toMatchObject([
      { method: 'GET', params: { out_order_no: 'O1' }, query: { transaction_id: '42' } },
      { method: 'DELETE', params: { out_order_no: 'O1' } },
    ]);
  });

  test('refuses with a status, a code and a message, which are not signed', async () => {
    const body = { code: 'RULE_LIMIT', message: '超出最大分账比例' };
    sim.route('POST', UNFREEZE, { status: 403, body });
    const answer = await call(sim, 'POST', UNFREEZE, {});
    expect(answer).toMatchObject({ status: 403, body });
    expect(answer.headers).not.toHaveProperty('wechatpay-signature');
  });

  test('takes precedence over what the simulator has itself', async () => {
    sim.route('GET', '/v3/certificates', { body: { data: [] } });
    expect(await call(sim, 'GET', '/v3/certificates')).toMatchObject({
      status: 200,
      body: { data: [] },
    });
  });

  test('gets an upload, whose signature covers only its meta', async () => {
    sim.route('POST', '/v3/merchant/media/upload', recording({ body: { media_id: 'M1' } }));
    const content = Buffer.from([0xff, 0xd8, 0x00, 0x80]);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const upload = async (signed: string, sent: string): Promise<Response> => {
      const form = new FormData();
      form.set('meta', sent);
      form.set('file', new File([content], 'a.jpg', { type: 'image/jpeg' }));
      const { keys, mchid } = sim.merchant;
      const signer = { mchid, serial_no: keys.serial_no, privateKey: keys.privateKey };
      const authorization = await signAuthorization(signer, {
        method: 'POST',
        path: '/v3/merchant/media/upload',
        timestamp: String(Math.floor(sim.clock.now() / 1000)),
        nonce_str: 'n0nce',
        body: signed,
      });
      const init = { method: 'POST', body: form, headers: { authorization } };
      return fetch(`${sim.url}/v3/merchant/media/upload`, init);
    };
    const meta = JSON.stringify({ filename: 'a.jpg', sha256 });
    expect(await (await upload(meta, meta)).json()).toEqual({ media_id: 'M1' });
    expect(calls).toMatchObject([
      { body: { filename: 'a.jpg', sha256 }, file: { name: 'a.jpg', type: 'image/jpeg', content } },
    ]);
    expect((await upload(meta, meta.replace('a.jpg', 'b.jpg'))).status).toBe(401);
  });

  test('may answer a file, which is not signed', async () => {
    const headers = { 'Content-Type': 'image/png' };
    sim.route('GET', '/v3/merchant-service/images/{media_id}', {
      headers,
      body: Buffer.from('png'),
    });
    const answer = await call(sim, 'GET', '/v3/merchant-service/images/1');
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      200,
      'png',
      'image/png',
    ]);
    expect(answer.headers).not.toHaveProperty('wechatpay-signature');
  });
});

describe('a route of API v2', () => {
  const PATH = '/mmpaymkttransfers/sendredpack';
  const redPack = () => ({
    nonce_str: 'n0nce',
    mch_id: sim.merchant.mchid,
    wxappid: sim.app.appid,
    total_amount: '100',
  });

  test('sees the verified fields, and its answer is signed', async () => {
    sim.route('POST', PATH, recording({ body: { send_listid: '100000000020' } }));
    const answer = await post(sim, PATH, signedXml(sim, redPack()));
    expect(answer.get('send_listid')).toBe('100000000020');
    expect(answer.get('result_code')).toBe('SUCCESS');
    expect(findSigner(answer, [sim.merchant.key], ['MD5'])).toBeDefined();
    expect(calls).toMatchObject([{ body: { total_amount: '100' } }]);
  });

  test('refuses with err_code, and leaves the signature out on request', async () => {
    sim.route('POST', PATH, { body: { err_code: 'NOTENOUGH', err_code_des: '余额不足' } });
    const refused = await post(sim, PATH, signedXml(sim, redPack()));
    expect(refused.get('result_code')).toBe('FAIL');
    sim.route('POST', PATH, { body: {}, unsigned: true });
    const unsigned = await post(sim, PATH, signedXml(sim, redPack()));
    expect([unsigned.get('result_code'), unsigned.has('sign')]).toEqual(['SUCCESS', false]);
  });

  test('is not reached by a request with a wrong signature', async () => {
    sim.route('POST', PATH, recording({ body: {} }));
    const answer = await post(sim, PATH, signedXml(sim, redPack(), 'x'.repeat(32)));
    expect([answer.get('return_msg'), calls]).toEqual(['签名错误', []]);
  });
});

test('a route of api.weixin.qq.com gets JSON and the account of its access token', async () => {
  sim.route('POST', '/wxa/msg_sec_check', recording({ body: { errcode: 0, result: 'ok' } }));
  const { appid, secret } = sim.app;
  const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
  const token = await (await fetch(`${sim.url}/cgi-bin/token?${query}`)).json();
  const { access_token } = token as { access_token: string };
  const check = async (access_token: string): Promise<unknown> => {
    const url = `${sim.url}/wxa/msg_sec_check?access_token=${access_token}`;
    return (await fetch(url, { method: 'POST', body: '{"content":"茶"}' })).json();
  };
  expect(await check(access_token)).toEqual({ errcode: 0, result: 'ok' });
  expect(calls).toMatchObject([{ appid, body: { content: '茶' } }]);
  expect(await check('x')).toMatchObject({ errcode: 40001 });
});

test('routes are given as an option, too', async () => {
  await sim.close();
  const handler = { body: { state: 'FINISHED' } };
  sim = await createSimulator({ routes: [{ method: 'POST', path: UNFREEZE, handler }] });
  expect(await call(sim, 'POST', UNFREEZE, {})).toMatchObject({ body: { state: 'FINISHED' } });
});

test.each([
  ['post', UNFREEZE, '"method" must be'],
  ['POST', 'v3/profitsharing', '"path" must'],
  ['POST', '/v3/a?b=c', '"path" must'],
])('a route %s %s is refused', (method, path, message) => {
  expect(() => sim.route(method, path, {})).toThrow(message);
});

describe('an API that the simulator does not have', () => {
  test.each([
    ['POST', '/v3/combine-transactions/jsapi', 'combined orders'],
    ['POST', '/v3/profitsharing/orders', 'profit sharing'],
    ['POST', '/v3/fund-app/mch-transfer/transfer-bills', 'transfers to a balance'],
    ['GET', '/v3/marketing/favor/stocks/1', 'coupons and activities'],
    ['POST', '/v3/merchant/media/upload', 'media upload'],
  ])('%s %s answers as to a merchant without it, and the log says so', async (method, path, it) => {
    const answer = await call(sim, method, path, method === 'GET' ? undefined : {});
    expect(answer).toMatchObject({ status: 403, body: { code: 'NO_AUTH' } });
    expect(notes()).toEqual([`not simulated: ${it}. Answer it with a route of your own.`]);
    expect(sim.requests.at(-1)).toMatchObject({ method, path, status: 403, code: 'NO_AUTH' });
  });

  test.each(['/pay/micropay', '/mmpaymkttransfers/sendredpack', '/secapi/pay/profitsharing'])(
    'POST %s of API v2 likewise',
    async (path) => {
      const answer = await post(sim, path, signedXml(sim, common(sim)));
      expect(answer.get('return_msg')).toContain('产品权限未开通');
      expect(notes()).toEqual([expect.stringContaining('not simulated: ')]);
    },
  );

  test('its signature is verified first', async () => {
    const answer = await call(sim, 'POST', UNFREEZE, { a: 1 }, { sent: '{"a":2}' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'SIGN_ERROR' } });
    const answerV2 = await post(sim, '/pay/micropay', signedXml(sim, common(sim), 'x'.repeat(32)));
    expect(answerV2.get('return_msg')).toBe('签名错误');
  });

  test('an unknown path of API v3 is 404 without a body', async () => {
    expect(await call(sim, 'GET', '/v3/nothing')).toMatchObject({ status: 404, text: '' });
  });
});

describe('an event', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await createShop((res) => res.writeHead(204).end());
  });
  afterEach(() => shop.close());

  test('is sent to the shop, signed, and logged as a delivery', async () => {
    await sim.sendEvent({
      url: shop.url,
      event_type: 'MCHTRANSFER.BILL.FINISHED',
      original_type: 'mch_payment',
      resource: { out_bill_no: 'T1', state: 'SUCCESS' },
    });
    const { body, headers } = shop.received[0] as Received;
    const header = (name: string) => String(headers[`wechatpay-${name}`]);
    const message = `${header('timestamp')}\n${header('nonce')}\n${body}\n`;
    const key = createPublicKey(sim.merchant.keys.publicKey.pem);
    expect(verifySha256(key, header('signature'), message)).toBe(true);
    expect(JSON.parse(String(body))).toMatchObject({
      event_type: 'MCHTRANSFER.BILL.FINISHED',
      resource: { original_type: 'mch_payment', algorithm: 'AEAD_AES_256_GCM' },
    });
    expect(sim.deliveries).toMatchObject([{ kind: 'v3.event', acknowledged: true }]);
  });
});
