import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError, TransportError, type Wxpay, WxpayError } from 'koa-wxpay';
import { createSimulator, type RouteHandler, type Simulator } from 'koa-wxpay/simulator';
import { listening } from '../../support/shop.js';
import { merchantOf } from '../../support/versions.js';
import { recorder, rejection } from './support.js';

const FILE = '/v3/billdownload/file';
const CONTENT = Buffer.from('交易时间,商户号\n'.repeat(20_000));
const hash = (bytes: Buffer, algorithm = 'sha1') => createHash(algorithm).update(bytes).digest('hex');

let sim: Simulator;
let wxpay: Wxpay;
let calls: ReturnType<typeof recorder>['calls'];
let recording: (answer?: object) => RouteHandler;

beforeEach(async () => {
  sim = await createSimulator();
  wxpay = merchantOf(sim, 'v3', { backupUrl: sim.backupUrl });
  ({ calls, recording } = recorder());
});
afterEach(() => sim.close());

/** The bytes that were handed out, and the error that ended them. */
async function read(stream: Readable): Promise<{ bytes: Buffer; error?: unknown }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks) };
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
}

/** Compared by hash: Jest compares large buffers byte by byte. */
async function expectWhole(stream: Readable, content: Buffer): Promise<void> {
  const { bytes, error } = await read(stream);
  expect([hash(bytes), error]).toEqual([hash(content), undefined]);
}

describe('a download', () => {
  test('by path is signed over path and query, and is a stream of bytes', async () => {
    sim.route('GET', FILE, recording({ body: CONTENT }));
    const stream = await wxpay.download(`${FILE}?token=a%2Bb&tar=x`);
    await expectWhole(stream, CONTENT);
    expect(calls).toMatchObject([{ query: { token: 'a+b', tar: 'x' }, merchant: { mchid: sim.merchant.mchid } }]);
  });

  test('by the download_url that WeChat gave, on the first host or the second', async () => {
    sim.route('GET', FILE, recording({ body: CONTENT }));
    for (const host of [sim.url, sim.backupUrl]) {
      await expectWhole(await wxpay.download(`${host}${FILE}?token=t`), CONTENT);
    }
    expect(calls).toHaveLength(2);
  });

  test('names a host of WeChat Pay: through a simulator or a proxy it is fetched there', async () => {
    sim.route('GET', FILE, recording({ body: CONTENT }));
    await expectWhole(await wxpay.download(`https://api.mch.weixin.qq.com${FILE}?token=t`), CONTENT);
  });

  test.each([
    ['SHA1', hash(CONTENT)],
    ['SHA1', hash(CONTENT).toUpperCase()],
    ['SHA256', hash(CONTENT, 'sha256')],
    ['MD5', hash(CONTENT, 'md5')],
    ['SM3', hash(CONTENT, 'sm3')],
  ])('ends when its %s is %s', async (hash_type, hash_value) => {
    sim.route('GET', FILE, { body: CONTENT });
    await expectWhole(await wxpay.download(FILE, { hash_type, hash_value }), CONTENT);
  });

  test('an empty file has a hash too', async () => {
    sim.route('GET', FILE, { body: Buffer.alloc(0) });
    const hash_value = hash(Buffer.alloc(0));
    await expectWhole(await wxpay.download(FILE, { hash_value }), Buffer.alloc(0));
    const { error } = await read(await wxpay.download(FILE, { hash_value: hash(CONTENT) }));
    expect(error).toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER' });
  });

  test.each([
    ['travels', (gzip: Buffer) => gzip],
    ['was before', () => CONTENT],
  ])('of a compressed file may be given the hash of what %s', async (_, of) => {
    const gzip = gzipSync(CONTENT);
    sim.route('GET', FILE, { body: gzip });
    await expectWhole(await wxpay.download(FILE, { hash_value: hash(of(gzip)) }), gzip);
  });

  test.each([
    ['another file', CONTENT],
    ['a compressed file', gzipSync(CONTENT)],
    ['what begins like a compressed file', Buffer.from([0x1f, 0x8b, ...Array(2000).fill(7)])],
    ['a compressed file that was cut off', gzipSync(CONTENT).subarray(0, 100)],
    ['one byte', Buffer.from([0x1f])],
  ])('of %s with a wrong hash is an error, and the whole of it is never handed out', async (_, body) => {
    sim.route('GET', FILE, { body });
    const { bytes, error } = await read(await wxpay.download(FILE, { hash_value: hash(Buffer.from('x')) }));
    expect(error).toBeInstanceOf(WxpayError);
    expect(error).toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER', status: 502 });
    expect((error as Error).message).toContain('its SHA1 differs');
    expect(bytes.length).toBeLessThan(body.length);
  });

  test('that is cut off is a transport error, also without a hash', async () => {
    sim.route('GET', FILE, { body: CONTENT });
    sim.switches.next({ api: { [FILE]: { truncated: true } } });
    const { error } = await read(await wxpay.download(FILE));
    expect(error).toBeInstanceOf(TransportError);
  });

  test('that WeChat refuses is an ApiError', async () => {
    sim.route('GET', FILE, { status: 400, body: { code: 'PARAM_ERROR', message: 'token失效' } });
    const error = await rejection(wxpay.download(FILE));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ wechatCode: 'PARAM_ERROR', requestId: expect.any(String) });
  });

  test('that nobody reads any further lets its connection go', async () => {
    sim.route('GET', FILE, { body: CONTENT });
    const stream = await wxpay.download(FILE, { hash_value: hash(CONTENT) });
    for await (const _ of stream) break;
    expect(stream.destroyed).toBe(true);
  });

  test('that is destroyed before it was read lets its connection go too', async () => {
    const server = createServer((_, response) => void response.write('the first bytes'));
    const gone = once(server, 'request').then(([, response]) => once(response, 'close'));
    await listening(server);
    const { port } = server.address() as AddressInfo;
    const stream = await merchantOf(sim, 'v3', { baseUrl: `http://127.0.0.1:${port}` }).download(FILE);
    stream.destroy();
    await gone;
    server.close();
  });

  test('ends with its signal', async () => {
    sim.route('GET', FILE, { body: CONTENT });
    const controller = new AbortController();
    const stream = await wxpay.download(FILE, { signal: controller.signal });
    controller.abort(new Error('the user left'));
    expect((await read(stream)).error).toMatchObject({
      code: 'ERR_WXPAY_TRANSPORT',
      cause: new Error('the user left'),
    });
  });

  test('the trade bill of the simulator is what its hash says', async () => {
    sim.switches.bill.rows = 3;
    type Location = { download_url: string; hash_type: string; hash_value: string };
    const query = { bill_date: '2026-01-01' };
    const { data } = await wxpay.request<Location>('GET', '/v3/bill/tradebill', { query });
    const { download_url, hash_type, hash_value } = data;
    const { bytes, error } = await read(await wxpay.download(download_url, { hash_type, hash_value }));
    expect([String(bytes), error]).toEqual([expect.stringContaining('交易时间'), undefined]);
  });
});

describe('what is refused before anything is sent', () => {
  afterEach(() => expect(sim.requests).toEqual([]));

  test.each([
    'https://evil.example/v3/billdownload/file?token=t',
    'https://api.mch.weixin.qq.com.evil.example/v3/a',
    'https://api.mch.weixin.qq.com@evil.example/v3/a',
    'https://user:password@api.mch.weixin.qq.com/v3/a',
    'http://api.mch.weixin.qq.com/v3/a',
    'https://api.mch.weixin.qq.com:8443/v3/a',
    'https:\\\\api.mch.weixin.qq.com\\v3\\a',
    'https://api.mch.weixin.qq.com/v3/../a',
    'https://api.mch.weixin.qq.com/v3/张三',
    'ftp://api.mch.weixin.qq.com/v3/a',
    'file:///etc/passwd',
    '//evil.example/v3/a',
    '/\\evil.example',
    '/pay/downloadbill',
    '/v3/../pay/downloadbill',
    '/v3/%2e%2e/pay/downloadbill',
    "/v3/a?b='",
    '/v3/a?b=张三',
    '/v3/a?b=c#d',
    '/v3/a?b=\r\nc',
    '',
    undefined,
    42,
  ])('the address %p', async (address) => {
    const error = await rejection(wxpay.download(address as string));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^"(?:address|path)" must/);
  });

  test.each([
    [{ hash_type: 'CRC32', hash_value: '0'.repeat(40) }, '"hash_type" must be'],
    [{ hash_value: 'x' }, '"hash_value" must be'],
    [{ sha1: 'x' }, '"sha1" is not an option of download'],
  ])('the options %j', async (options, message) => {
    await expect(wxpay.download(FILE, options as object)).rejects.toThrow(message);
  });
});
