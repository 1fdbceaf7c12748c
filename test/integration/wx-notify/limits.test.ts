import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { SignedNotice } from 'koa-wxpay/testing';
import { notice, notifyShop, type TestShop } from '../../support/shop.js';

const LIMIT = 128 * 1024;

let shop: TestShop;
afterEach(() => shop.close());

/** A genuine notification whose body has exactly so many bytes: it is padded where a shop's own text travels. */
function noticeOf(bytes: number): SignedNotice {
  const rest = Buffer.byteLength(notice({ attach: 'x' }).body) - 1;
  return notice({ attach: 'x'.repeat(bytes - rest) });
}

/** Posts over one connection that would be kept; with `chunked`, the length is not announced. */
function post({ body, headers }: SignedNotice, { chunked = false, method = 'POST' } = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = chunked ? {} : { 'content-length': Buffer.byteLength(body) };
    const sending = request(shop.url, { method, headers: { ...headers, ...length, connection: 'keep-alive' } });
    sending.on('error', reject);
    sending.on('response', (response) => {
      response.resume();
      resolve(response);
    });
    sending.write(body.slice(0, 1_000));
    sending.end(body.slice(1_000));
  });
}

describe('the body of a notification', () => {
  test.each([false, true])('may have exactly 128 KiB, and not a byte more (chunked: %p)', async (chunked) => {
    shop = await notifyShop();
    const [most, more] = [noticeOf(LIMIT), noticeOf(LIMIT + 1)];
    expect([Buffer.byteLength(most.body), Buffer.byteLength(more.body)]).toEqual([LIMIT, LIMIT + 1]);
    expect((await post(most, { chunked })).statusCode).toBe(200);
    expect(shop.handled).toEqual(['payment.success']);
    expect((await post(more, { chunked })).statusCode).toBe(413);
    expect(shop.codes).toEqual(['ERR_WXPAY_BODY_TOO_LARGE']);
    expect(shop.handled).toHaveLength(1);
  });

  test('is counted in bytes, not in characters', async () => {
    shop = await notifyShop();
    const wide = notice({ attach: '茶'.repeat(LIMIT / 3) });
    expect(wide.body.length).toBeLessThan(LIMIT);
    expect((await post(wide)).statusCode).toBe(413);
  });
});

describe('the connection', () => {
  test.each<[string, number, () => SignedNotice, { method?: string }]>([
    ['a body that is too long and was not read', 413, () => noticeOf(LIMIT + 1), {}],
    ['a method that brings nothing', 405, () => notice(), { method: 'PUT' }],
    ['a compressed body', 415, () => ({ ...notice(), headers: { 'content-encoding': 'gzip' } }), {}],
    ['a wrong signature', 401, () => notice({ sign: '0'.repeat(32) }), {}],
    ['another amount', 500, () => notice({ total_fee: '1' }), {}],
  ])('is closed after a refusal, for %s', async (_, status, sent, options) => {
    shop = await notifyShop();
    const { statusCode, headers } = await post(sent(), options);
    expect([statusCode, headers.connection]).toEqual([status, 'close']);
  });

  test('is closed when the handler failed', async () => {
    shop = await notifyShop({ fulfil: () => Promise.reject(new Error('disk full')) });
    const { statusCode, headers } = await post(notice());
    expect([statusCode, headers.connection]).toEqual([503, 'close']);
  });

  test.each<[string, Parameters<typeof notifyShop>[0]]>([
    ['with a handler in the chain', {}],
    ['with fulfil', { fulfil: async () => {} }],
  ])('is kept after an acknowledgement, %s', async (_, options) => {
    shop = await notifyShop(options);
    for (const copy of [1, 2]) {
      const { statusCode, headers } = await post(notice());
      expect([copy, statusCode, headers.connection]).toEqual([copy, 200, 'keep-alive']);
    }
  });
});
