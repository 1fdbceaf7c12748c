import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError, TransportError, type Wxpay } from 'koa-wxpay';
import { createSimulator, type RouteHandler, type Simulator } from 'koa-wxpay/simulator';
import { merchantOf } from '../../support/versions.js';
import { recorder, rejection } from './support.js';

const UPLOAD = '/v3/merchant/media/upload';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let sim: Simulator;
let wxpay: Wxpay;
let calls: ReturnType<typeof recorder>['calls'];
let recording: (answer?: object) => RouteHandler;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-upload-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  sim = await createSimulator();
  wxpay = merchantOf(sim, 'v3', { backupUrl: sim.backupUrl });
  ({ calls, recording } = recorder());
  sim.route('POST', UPLOAD, recording({ body: { media_id: 'M1' } }));
});
afterEach(() => sim.close());

const written = (name: string, content: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('an upload', () => {
  // Bytes that are no text, and that hold what separates the parts of a form.
  const content = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0x00, 0x80]),
    Buffer.from('\r\n--\r\n'),
    randomBytes(200_000),
  ]);

  test.each<[string, () => Parameters<Wxpay['upload']>[1]]>([
    ['a path', () => written('一张图.jpg', content)],
    ['a Buffer', () => content],
    [
      'a Uint8Array inside a larger one',
      () => new Uint8Array(Buffer.concat([Buffer.alloc(7), content]).buffer).subarray(7),
    ],
    ['a stream of Node', () => createReadStream(written('stream.jpg', content))],
    ['an async iterable', () => Readable.from([content.subarray(0, 9), content.subarray(9)])],
  ])('of %s arrives whole, with its digest in the signed meta', async (_, file) => {
    const { data, status, requestId } = await wxpay.upload(UPLOAD, file(), { filename: '一张图.jpg' });
    expect([status, data, requestId]).toEqual([200, { media_id: 'M1' }, expect.any(String)]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.body).toEqual({ filename: '一张图.jpg', sha256: sha256(content) });
    expect(calls[0]?.file).toMatchObject({ name: '一张图.jpg', type: 'image/jpeg' });
    expect(calls[0]?.file?.content.equals(content)).toBe(true);
    const { headers } = calls[0] as (typeof calls)[number];
    expect(headers['content-type']?.[0]).toMatch(/^multipart\/form-data; boundary=[0-9a-f]{32}$/);
    expect(Number(headers['content-length'])).toBeGreaterThan(content.length);
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  test('a path gives the file its name', async () => {
    await wxpay.upload(UPLOAD, written('video.mp4', content));
    expect(calls[0]).toMatchObject({ body: { filename: 'video.mp4' }, file: { name: 'video.mp4', type: 'video/mp4' } });
  });

  test('further fields of meta are signed and sent', async () => {
    await wxpay.upload(UPLOAD, content, { filename: 'a.png', sha256: sha256(content).toUpperCase(), kind: '证照' });
    expect(calls[0]?.body).toEqual({ filename: 'a.png', sha256: sha256(content), kind: '证照' });
  });

  test('an answer is verified, and nothing is sent twice', async () => {
    for (const fault of [{ badSignature: true }, { signTest: true }]) {
      sim.switches.next({ api: { [UPLOAD]: fault } });
      await expect(wxpay.upload(UPLOAD, content, { filename: 'a.png' })).rejects.toMatchObject({ status: 502 });
    }
    sim.switches.next({ api: { [UPLOAD]: { resetAfter: true } } });
    expect(await rejection(wxpay.upload(UPLOAD, content, { filename: 'a.png' }))).toBeInstanceOf(TransportError);
    expect(calls).toHaveLength(3);
    await sim.primary.stop();
    await expect(wxpay.upload(UPLOAD, content, { filename: 'a.png' })).rejects.toMatchObject({ notSent: true });
    expect(calls).toHaveLength(3);
  });

  test('a refusal is an ApiError', async () => {
    sim.route('POST', UPLOAD, { status: 400, body: { code: 'PARAM_ERROR', message: '图片sha256与实际不符' } });
    expect(await rejection(wxpay.upload(UPLOAD, content, { filename: 'a.png' }))).toBeInstanceOf(ApiError);
  });
});

test.each([
  ['changed', (path: string) => writeFileSync(path, randomBytes(statSync(path).size))],
  ['cut off', (path: string) => truncateSync(path, 1000)],
  ['removed', (path: string) => rmSync(path)],
])('a file that is %s after its digest was made never arrives whole', async (_, change) => {
  const path = written('changing.jpg', randomBytes(300_000));
  // The nonce is asked for once the file was read, and before it is read again.
  const changing = merchantOf(sim, 'v3', {
    nonce: () => {
      change(path);
      return 'x'.repeat(32);
    },
  });
  expect(await rejection(changing.upload(UPLOAD, path))).toBeInstanceOf(TransportError);
  expect(calls).toEqual([]);
});

describe('what is refused before anything is sent', () => {
  afterEach(() => expect(sim.requests).toEqual([]));
  const bytes = Buffer.from('a');

  test.each<[string, unknown, unknown, RegExp]>([
    ['a path of no API', bytes, { filename: 'a.jpg' }, /^"path" must/],
    ['no file', undefined, { filename: 'a.jpg' }, /^"file" must/],
    ['an object as a file', {}, { filename: 'a.jpg' }, /^"file" must/],
    ['a file that does not exist', '/nonexistent/a.jpg', {}, /^"file" cannot be read: ENOENT/],
    ['a folder', '/', { filename: 'a.jpg' }, /^"file" cannot be read: EISDIR/],
    ['a stream of text', Readable.from(['a']), { filename: 'a.jpg' }, /^"file" must be a stream of bytes/],
    ['bytes without a name', bytes, {}, /^"meta.filename" must/],
    ['a name of two lines', bytes, { filename: 'a.jpg"\r\nContent-Type: text/html' }, /^"meta.filename" must/],
    ['a name with a quote', bytes, { filename: 'a".jpg' }, /^"meta.filename" must/],
    ['a name that is a path', bytes, { filename: '../a.jpg' }, /^"meta.filename" must/],
    ['the digest of another file', bytes, { filename: 'a.jpg', sha256: '0'.repeat(64) }, /^"meta.sha256" must/],
    ['a meta that JSON cannot carry', bytes, { filename: 'a.jpg', size: 1n }, /^"body" cannot be sent as JSON: size/],
    ['a meta that is a text', bytes, 'a.jpg', /^"meta" must/],
  ])('%s', async (what, file, meta, message) => {
    const path = what === 'a path of no API' ? '/merchant/media/upload' : UPLOAD;
    const error = await rejection(wxpay.upload(path, file as Buffer, meta as never));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });

  test('a stream that never ends is not collected for ever', async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield Buffer.alloc(1024 * 1024);
      }
    }
    await expect(wxpay.upload(UPLOAD, endless(), { filename: 'a.jpg' })).rejects.toThrow('at most 16777216 bytes');
    expect(given).toBe(17);
  });

  test('with a signal that is aborted already', async () => {
    const upload = wxpay.upload(UPLOAD, bytes, { filename: 'a.jpg' }, { signal: AbortSignal.abort() });
    await expect(upload).rejects.toMatchObject({ notSent: true });
  });
});
