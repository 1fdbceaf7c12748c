import { expect, test } from '@jest/globals';
import { createSettlement, createWorker, memoryOnce, wxNotify } from 'koa-wxpay';
import { mysqlInbox } from 'koa-wxpay/mysql';
import { postgresInbox } from 'koa-wxpay/postgres';
import { merchantV2 } from '../../support/shop.js';

const given = { wxpay: merchantV2(), findOrder: async () => null, once: memoryOnce() };
const inbox = { put() {} } as never;
const fulfil = async () => {};
test('an inbox needs a handler that runs without a request, and a worker an inbox', () => {
  expect(() => createSettlement({ ...given, inbox: {} as never, fulfil })).toThrow('"inbox" must be what');
  expect(() => createSettlement({ ...given, inbox } as never)).toThrow('"fulfil" must be a function');
  expect(() => wxNotify({ ...given, inbox } as never)).toThrow('"inbox" needs "fulfil"');
  expect(() => createSettlement({ ...given, fulfil, mode: 'persist-then-ack' } as never)).toThrow(
    '"mode" is not an option of createSettlement',
  );
  expect(() => createWorker(createSettlement({ ...given, fulfil }) as never)).toThrow('options with an "inbox"');
  expect(createSettlement({ ...given, fulfil })).not.toHaveProperty('processInbox');
});
test('the options of an inbox are checked', () => {
  expect(() => postgresInbox({} as never, { table: 'a;b' })).toThrow('"table" must be a name');
  expect(() => postgresInbox({} as never, { maxAttempts: 0 })).toThrow('"maxAttempts"');
  expect(() => mysqlInbox({} as never, { retryAfter: 15 })).toThrow(
    '"retryAfter" must be milliseconds, 1000 to 3600000',
  );
});
