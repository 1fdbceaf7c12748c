import { once } from 'node:events';
import { createServer, IncomingMessage, request, type ServerResponse } from 'node:http';
import { type ClientHttp2Stream, connect, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { memoryOnce, type WxpayError, wxNotify } from 'koa-wxpay';
import type { SignedNotice } from 'koa-wxpay/testing';
import serverless from 'serverless-http';
import { merchantV3, noticeV3 } from '../../support/merchant-v3.js';
import { merchantV2, notice as noticeV2, order } from '../../support/shop.js';

/** What one server made of one request. */
interface Outcome {
  status: number;
  body: string;
}

type Headers = Record<string, string | string[]>;
type Send = (app: Koa, headers: Headers, body: string) => Promise<Outcome>;

const AWS = { requestContext: { identity: { sourceIp: '192.0.2.1' } }, isBase64Encoded: false };
const joined = (headers: Headers, glue: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(glue)]));

async function answerOf(app: Koa, event: object): Promise<Outcome> {
  const { statusCode, body } = (await serverless(app)(event, {})) as { statusCode: number; body: string };
  return { status: statusCode, body };
}

/** As little of a response as Koa itself asks for. */
class LightResponse extends Writable {
  statusCode = 404;
  headersSent = false;
  readonly #headers: Record<string, unknown> = {};
  readonly #chunks: Buffer[] = [];

  getHeaders = () => ({ ...this.#headers });
  getHeader = (name: string) => this.#headers[name.toLowerCase()];
  hasHeader = (name: string) => name.toLowerCase() in this.#headers;
  setHeader = (name: string, value: unknown): void => {
    this.#headers[name.toLowerCase()] = value;
  };
  removeHeader = (name: string): void => {
    delete this.#headers[name.toLowerCase()];
  };
  writeHead = (status: number) => {
    this.statusCode = status;
    this.headersSent = true;
  };

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.headersSent = true;
    this.#chunks.push(chunk);
    done();
  }

  get body(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

/** A request object made by hand, as the tests of a shop make them: what is not given is not there. */
async function handmade(app: Koa, request: object): Promise<Outcome> {
  const res = new LightResponse();
  void app.callback()(request as IncomingMessage, res as unknown as ServerResponse);
  await once(res, 'finish');
  return { status: res.statusCode, body: res.body };
}

async function overHttp2(app: Koa, headers: Headers, body: string): Promise<Outcome> {
  const server = createHttp2Server(app.callback());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const stream: ClientHttp2Stream = client.request({ ':method': 'POST', ':path': '/wxpay/notify', ...headers });
    stream.end(body);
    const [answer] = (await once(stream, 'response')) as [{ ':status': number }];
    return { status: answer[':status'], body: await text(stream) };
  } finally {
    client.close();
    server.close();
  }
}

async function overHttp1(app: Koa, headers: Headers, body: string): Promise<Outcome> {
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const sent = request({ method: 'POST', headers, port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode as number, body: await text(answer) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const POST = { method: 'POST', url: '/wxpay/notify' };

const servers: [name: string, send: Send][] = [
  ["Node's HTTP/1 server", overHttp1],
  ["Node's HTTP/2 server", overHttp2],
  [
    'a serverless adapter with the single values of the event',
    (app, headers, body) =>
      answerOf(app, { ...AWS, httpMethod: 'POST', path: '/wxpay/notify', headers: joined(headers, ','), body }),
  ],
  [
    'a serverless adapter that joins the lists of the event',
    (app, headers, body) => {
      const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]));
      return answerOf(app, {
        ...AWS,
        httpMethod: 'POST',
        path: '/wxpay/notify',
        headers: {},
        multiValueHeaders: lists,
        body,
      });
    },
  ],
  [
    'a request that has "headers" and an empty "rawHeaders"',
    (app, headers, body) => {
      const made = Object.assign(new IncomingMessage(new Socket()), POST, { headers: joined(headers, ', ') });
      made.push(body);
      made.push(null);
      return handmade(app, made);
    },
  ],
  [
    'a readable stream with "headers" only',
    (app, headers, body) => handmade(app, Object.assign(Readable.from([Buffer.from(body)]), POST, { headers })),
  ],
  [
    'a request that has single values in "rawHeaders" and lists in "headers"',
    (app, headers, body) => {
      const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [name, [value].flat()[0] as string]);
      return handmade(app, Object.assign(Readable.from([Buffer.from(body)]), POST, { headers, rawHeaders }));
    },
  ],
];

const SIGNATURE = ['timestamp', 'nonce', 'signature', 'serial'].map((name) => `wechatpay-${name}`);

let handled: string[] = [];
let codes: string[] = [];
afterEach(() => {
  handled = [];
  codes = [];
});

function shop(wxpay = merchantV3()): Koa {
  const app = new Koa();
  app.on('error', (error: WxpayError) => codes.push(error.code ?? error.message));
  app.use(wxNotify({ wxpay, findOrder: async () => order(), once: memoryOnce() }));
  app.use((ctx) => {
    handled.push(ctx.state.wxpay.notice.type);
  });
  return app;
}

const headersOf = ({ headers, body }: SignedNotice): Headers => ({
  ...headers,
  'content-length': String(Buffer.byteLength(body)),
});

describe.each(servers)('behind %s', (_, send) => {
  test('a genuine v3 notification is settled and acknowledged', async () => {
    const sent = noticeV3();
    expect(await send(shop(), headersOf(sent), sent.body)).toEqual({ status: 204, body: '' });
    expect([handled, codes]).toEqual([['payment.success'], []]);
  });

  test('a genuine v2 notification is settled and acknowledged', async () => {
    const sent = noticeV2();
    const { status, body } = await send(shop(merchantV2()), headersOf(sent), sent.body);
    expect([status, body]).toEqual([200, expect.stringContaining('<![CDATA[SUCCESS]]>')]);
    expect([handled, codes]).toEqual([['payment.success'], []]);
  });

  test.each(SIGNATURE)('%s is refused when it came twice, with one value or with two', async (name) => {
    const sent = noticeV3();
    const value = headersOf(sent)[name] as string;
    for (const twice of [
      [value, value],
      [value, 'x'],
      ['x', value],
    ]) {
      const { status } = await send(shop(), { ...headersOf(sent), [name]: twice }, sent.body);
      expect([status, codes.splice(0)]).toEqual([400, ['ERR_WXPAY_BAD_REQUEST']]);
    }
    expect(handled).toEqual([]);
  });

  test.each(SIGNATURE)('%s is refused when it is missing or empty', async (name) => {
    const sent = noticeV3();
    const { [name]: value, ...rest } = headersOf(sent);
    for (const headers of [rest, { ...rest, [name]: '' }]) {
      const { status } = await send(shop(), headers, sent.body);
      expect([status, codes.splice(0)]).toEqual([400, ['ERR_WXPAY_BAD_REQUEST']]);
    }
    expect([value, handled]).toEqual([expect.any(String), []]);
  });

  test('a tampered body is refused', async () => {
    const sent = noticeV3();
    const { status } = await send(shop(), headersOf(sent), sent.body.replace('"id":"EV', '"id":"EW'));
    expect([status, codes, handled]).toEqual([401, ['ERR_WXPAY_BAD_SIGNATURE'], []]);
  });
});

test('a value that a proxy joined from two is refused, on any server', async () => {
  const sent = noticeV3();
  const nonce = headersOf(sent)['wechatpay-nonce'] as string;
  for (const value of [`${nonce},${nonce}`, `${nonce}, ${nonce}`, `${nonce},`, `,${nonce}`]) {
    const { status } = await overHttp1(shop(), { ...headersOf(sent), 'wechatpay-nonce': value }, sent.body);
    expect([status, codes.splice(0)]).toEqual([400, ['ERR_WXPAY_BAD_REQUEST']]);
  }
});

test('one header in two spellings came twice', async () => {
  const { headers, body } = noticeV3();
  const twice = { ...headers, 'Wechatpay-Nonce': headers['wechatpay-nonce'] };
  const { status } = await handmade(
    shop(),
    Object.assign(Readable.from([Buffer.from(body)]), POST, { headers: twice }),
  );
  expect([status, codes]).toEqual([400, ['ERR_WXPAY_BAD_REQUEST']]);
});

test.each([
  ['HTTP/1, where the connection is closed', overHttp1, ['connection']],
  ['HTTP/2, which has no such header', overHttp2, []],
])('a refusal over %s', async (_, send, expected) => {
  let sent: string[] = [];
  const app = new Koa();
  app.use((ctx, next) => {
    const writeHead = ctx.res.writeHead.bind(ctx.res) as (status: number, headers: object) => typeof ctx.res;
    ctx.res.writeHead = ((status: number, headers: object) => {
      sent = Object.keys(headers);
      return writeHead(status, headers);
    }) as typeof ctx.res.writeHead;
    return next();
  });
  app.silent = true;
  await send(app.use(wxNotify({ wxpay: merchantV3(), findOrder: async () => null, once: memoryOnce() })), {}, '{}');
  expect(sent.filter((name) => name === 'connection')).toEqual(expected);
});
