import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createV3 } from '../../src/client/merchant/v3/index.js';
import { resolveV3, type V3Options } from '../../src/client/merchant/v3/options.js';
import type { Common } from '../../src/client/options.js';
import { publicPem, rsaKey, signedHeaders } from './notice-v3.js';

export const merchantKey: KeyObject = rsaKey();
export const platformKey: KeyObject = rsaKey();
export const PLATFORM_ID = 'PUB_KEY_ID_0119000001';
export const SERIAL_NO = '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB';
export const API_V3_KEY = '0123456789abcdef0123456789abcdef';
export const NOW = 1_767_234_897_000;

export interface Received {
  method: string;
  /** As it came over the wire. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Did the merchant's key sign method, url and body? */
  signed: boolean;
}

export interface FakeAnswer {
  status?: number;
  body?: object | string | Buffer;
  headers?: Record<string, string | string[]>;
  /** Who signs. @default the platform's key; `false` leaves the headers out */
  by?: { serial: string; key: KeyObject } | false;
  /** Changes the signed headers before they leave. */
  spoil?: (headers: Record<string, string>) => Record<string, string | string[]>;
  /** Hangs up instead of answering. */
  drop?: boolean;
  /** Never answers. */
  silent?: boolean;
}

/** A merchant API of WeChat Pay that says what a test wants it to say, over real sockets. */
export async function fakeMch(answer: (request: Received, count: number) => FakeAnswer, now = () => NOW) {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const received = {
      method: request.method!,
      url: request.url!,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    requests.push({ ...received, signed: isSigned(received) });
    const {
      status = 200,
      body = '',
      headers = {},
      by,
      spoil = (all) => all,
      drop,
      silent,
    } = answer(requests.at(-1)!, requests.length);
    if (silent) return;
    if (drop) {
      request.socket.destroy();
      return;
    }
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const sign = by !== false && status < 300;
    const signer = by || { serial: PLATFORM_ID, key: platformKey };
    const signature = sign ? spoil(signedHeaders(signer, bytes, now())) : {};
    response.writeHead(status, { 'content-length': bytes.length, ...signature, ...headers });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type FakeMch = Awaited<ReturnType<typeof fakeMch>>;

/** Written out once more, so that the server does not agree with our own code only. */
function isSigned({ method, url, headers, body }: Omit<Received, 'signed'>): boolean {
  const pairs = Object.fromEntries(
    [...(headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const verifier = createVerify('sha256');
  verifier.update(`${method}\n${url}\n${pairs.timestamp}\n${pairs.nonce_str}\n${body}\n`);
  return verifier.verify(createPublicKey(merchantKey), pairs.signature ?? '', 'base64');
}

/** A client of that server. */
export function merchantOf(baseUrl: string, changes: Partial<Common> = {}, v3: Partial<V3Options> = {}) {
  let count = 0;
  const common: Common = {
    appid: 'wx0123456789abcdef',
    mchid: '1900000109',
    sub_appid: undefined,
    sub_mchid: undefined,
    notifyUrl: 'https://shop.example/wxpay/notify',
    refundNotifyUrl: 'https://shop.example/wxpay/refunds',
    hosts: { baseUrl },
    timeout: 5_000,
    dispatcher: undefined,
    now: () => NOW,
    nonce: () => `593BEC0C930BF1AFEB40B4A08C8F${String(count++).padStart(4, '0')}`,
    ...changes,
  };
  return createV3(
    common,
    resolveV3({
      privateKey: merchantKey,
      serial_no: SERIAL_NO,
      apiV3Key: API_V3_KEY,
      platformKeys: { [PLATFORM_ID]: publicPem(platformKey) },
      ...v3,
    }),
  );
}
