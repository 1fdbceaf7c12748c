import { describe, expect, test } from '@jest/globals';
import {
  compareBill,
  createSettlement,
  createWorker,
  createWxpay,
  leaseOnce,
  memoryOnce,
  reconcile,
  wxJsConfig,
  wxNotify,
  wxOAuth,
  wxPrepay,
  wxSettle,
} from 'koa-wxpay';
import * as mysql from 'koa-wxpay/mysql';
import * as postgres from 'koa-wxpay/postgres';
import { redisLeases, redisOnce, redisTokenCache } from 'koa-wxpay/redis';
import { createSimulator } from 'koa-wxpay/simulator';
import { onceContract } from 'koa-wxpay/testing';
import {
  boolean,
  func,
  having,
  integer,
  matching,
  oneOf,
  optional,
  type Rule,
  readOptions,
  withDefault,
} from '../../../src/util/options.js';

/** As JavaScript writes it: no compiler looks at the names. */
const call = (take: (options: never) => unknown, options: object) => () => take(options as never);

const account = { appid: 'wx0123456789abcdef', secret: 'secret', origin: 'https://shop.example' };
const merchant = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  notifyUrl: 'https://shop.example/wxpay/notify',
  v2: { key: '8934e7d15453e97507ef794cf7b0519d' },
};
const wxpay = createWxpay(merchant);
const shop = { wxpay, findOrder: async () => null, once: memoryOnce() };
const settlement = createSettlement({ ...shop, fulfil: async () => {} });
const stored = { settle: () => {}, query: () => {}, processInbox: () => {} } as never;
const pool = { connect: () => {}, getConnection: () => {}, query: () => {} } as never;
const client = { call: () => {} } as never;

test('a simulator that is asked for what it has not says so', async () => {
  await expect(createSimulator({ phones: {} } as never)).rejects.toThrow('did you mean "phone"?');
  const sim = await createSimulator();
  expect(() => sim.switches.next({ notfy: {} } as never)).toThrow('did you mean "notify"?');
  expect(() => sim.switches.next({ notify: { lots: true } } as never)).toThrow('did you mean "lost"?');
  await sim.close();
});

describe('a misspelt option is named, with the one that was meant', () => {
  test.each<[string, string, string, () => unknown]>([
    ['createWxpay', 'mch_id', 'mchid', call(createWxpay, { ...merchant, mchid: undefined, mch_id: '1900000109' })],
    ['"v2"', 'signtype', 'signType', call(createWxpay, { ...merchant, v2: { ...merchant.v2, signtype: 'MD5' } })],
    ['"v3"', 'apiv3Key', 'apiV3Key', call(createWxpay, { ...merchant, v3: { apiv3Key: '' } })],
    ['"partner"', 'subMchid', 'sub_mchid', call(createWxpay, { ...merchant, partner: { subMchid: '1900000109' } })],
    ['wxOAuth', 'ondenied', 'onDenied', call(wxOAuth, { ...account, ondenied: () => {} })],
    ['"cookie"', 'maxage', 'maxAge', call(wxOAuth, { ...account, cookie: { maxage: 60 } })],
    ['wxJsConfig', 'jsApilist', 'jsApiList', call(wxJsConfig, { ...account, jsApilist: [] })],
    ['wxPrepay', 'settelment', 'settlement', call(wxPrepay, { wxpay, order: () => null, settelment: settlement })],
    ['wxSettle', 'orders', 'order', call((options) => wxSettle(settlement, options), { orders: () => null })],
    ['wxNotify', 'onAnomoly', 'onAnomaly', call(wxNotify, { ...shop, onAnomoly: () => {} })],
    ['wxNotify', 'fulfill', 'fulfil', call(wxNotify, { ...shop, fulfill: () => {} })],
    ['createSettlement', 'fulfill', 'fulfil', call(createSettlement, { ...shop, fulfill: () => {} })],
    ['createWorker', 'onDaed', 'onDead', call((options) => createWorker(stored, options), { onDaed: () => {} })],
    ['memoryOnce', 'Max', 'max', call(memoryOnce, { Max: 1 })],
    ['leaseOnce', 'leasetime', 'leaseTime', call((options) => leaseOnce({} as never, options), { leasetime: 1 })],
    [
      'postgresOnce',
      'idleTimeOut',
      'idleTimeout',
      call((options) => postgres.postgresOnce(pool, options), { idleTimeOut: 1 }),
    ],
    ['mysqlOnce', 'tables', 'table', call((options) => mysql.mysqlOnce(pool, options), { tables: 'once' })],
    ['redisOnce', 'lease_time', 'leaseTime', call((options) => redisOnce(client, options), { lease_time: 1 })],
    ['redisLeases', 'prefixs', 'prefix', call((options) => redisLeases(client, options), { prefixs: '' })],
    ['redisTokenCache', 'prefixs', 'prefix', call((options) => redisTokenCache(client, options), { prefixs: '' })],
    ['onceContract', 'transactionl', 'transactional', call(onceContract, { create: memoryOnce, transactionl: true })],
    [
      'an inbox',
      'maxAttempt',
      'maxAttempts',
      call((options) => postgres.postgresInbox(pool, options), { maxAttempt: 1 }),
    ],
    ['an inbox', 'retryafter', 'retryAfter', call((options) => mysql.mysqlInbox(pool, options), { retryafter: 1 })],
  ])('%s: "%s"', (what, given, meant, create) => {
    expect(create).toThrow(new TypeError(`"${given}" is not an option of ${what}: did you mean "${meant}"?`));
  });

  test('what is called later is checked when it is called', async () => {
    await expect(postgres.createTable(pool, { tabel: 'once' } as never)).rejects.toThrow('did you mean "table"?');
    await expect(mysql.createInboxTable(pool, { tabel: 'once' } as never)).rejects.toThrow('did you mean "table"?');
    await expect(postgres.prune(pool, { day: 30 } as never)).rejects.toThrow('did you mean "days"?');
    await expect(mysql.prune(pool, { days: 0.5 })).rejects.toThrow('"days" must be a whole number of days');
    const { processInbox } = createSettlement({ ...shop, fulfil: async () => {}, inbox: { put() {} } as never });
    await expect(processInbox({ limits: 1 } as never)).rejects.toThrow('did you mean "limit"?');
    await expect(settlement.query('A1000', { spacd: true } as never)).rejects.toThrow('did you mean "spaced"?');
    const notice = { type: 'payment.success', payment: { out_trade_no: 'A1000' } };
    await expect(settlement.settle(notice as never, { contxt: {} } as never)).rejects.toThrow('it takes ctx, signal');
  });

  test('reconcile and compareBill say so before they ask WeChat', async () => {
    const options = { pending: async function* () {}, onClose: () => {} };
    await expect(reconcile(settlement, options as never)).rejects.toThrow('did you mean "onClosed"?');
    const bill = compareBill(wxpay, { date: '2026-01-31', legder: [] } as never);
    await expect(bill.next()).rejects.toThrow('"legder" is not an option of compareBill: did you mean "ledger"?');
  });
});

describe('a name that resembles no option', () => {
  test.each<[string, object, string]>([
    ['is refused with the names there are', { v2: merchant.v2, color: 'red' }, 'createWxpay: it takes appid, mchid, '],
    ['is refused whatever its value', { color: undefined }, '"color" is not an option of createWxpay'],
  ])('%s', (_, more, message) => {
    expect(call(createWxpay, { ...merchant, ...more })).toThrow(TypeError);
    expect(call(createWxpay, { ...merchant, ...more })).toThrow(message);
  });

  test('is refused by every function that takes options', () => {
    expect(call(wxNotify, { ...shop, color: 'red' })).toThrow('"color" is not an option of wxNotify');
    expect(call(wxOAuth, { ...account, color: 'red' })).toThrow('"color" is not an option of wxOAuth');
    expect(call(memoryOnce, { color: 'red' })).toThrow('"color" is not an option of memoryOnce');
  });
});

describe('rules', () => {
  const read = (given: unknown, rules: Readonly<Record<string, Rule<unknown>>>) =>
    readOptions('createThing', given, rules, 'thing.');

  test('are read in their order, with defaults for what is undefined or null', () => {
    const rules = { limit: withDefault(integer({ least: 1 }), 10), on: optional(boolean) };
    expect(read({}, rules)).toEqual({ limit: 10, on: undefined });
    expect(read({ limit: null, on: null }, rules)).toEqual({ limit: 10, on: undefined });
    expect(read({ limit: 3, on: false }, rules)).toEqual({ limit: 3, on: false });
  });

  test.each<[Rule<unknown>, unknown, string]>([
    [integer({ least: 1, most: 9, unit: 'milliseconds' }), 10, '"thing.it" must be milliseconds, 1 to 9'],
    [integer({ least: 0 }), 1.5, '"thing.it" must be a whole number, at least 0'],
    [boolean, 'true', '"thing.it" must be true or false'],
    [oneOf('a', 'b'), 'c', `"thing.it" must be 'a' or 'b'`],
    [matching(/^x$/, 'an x'), 'y', '"thing.it" must be an x'],
    [matching(/^x$/, 'an x'), undefined, '"thing.it" must be an x'],
    [func('(ctx) => string'), {}, '"thing.it" must be a function (ctx) => string'],
    [having<Map<string, string>>(['get', 'set'], 'a store'), { get: () => {} }, '"thing.it" must be a store'],
  ])('%p refuses %p', (rule, given, message) => {
    expect(() => read({ it: given }, { it: rule })).toThrow(new TypeError(message));
  });

  test.each([[undefined], [null], ['text'], [[]]])('are not applied to %p, which is no options object', (given) => {
    expect(() => read(given, {})).toThrow(new TypeError('createThing takes an options object'));
  });

  test('do not find an option among the names every object inherits', () => {
    expect(() => read({ constructor: 1 }, { limit: boolean })).toThrow('"constructor" is not an option');
  });
});
