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
import { mysqlInbox, mysqlOnce } from 'koa-wxpay/mysql';
import { postgresInbox, postgresOnce } from 'koa-wxpay/postgres';
import { redisLeases, redisOnce } from 'koa-wxpay/redis';
import { createSimulator } from 'koa-wxpay/simulator';

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
const stored = { settle: () => {}, query: () => {}, hasFulfil: true, hasInbox: true } as never;
const pool = { connect: () => {}, getConnection: () => {}, query: () => {} } as never;
const client = { call: () => {} } as never;

test('a simulator that is asked for what it has not says so', async () => {
  await expect(createSimulator({ phones: {} } as never)).rejects.toThrow('did you mean "phone"?');
  const sim = await createSimulator();
  expect(() => sim.switches.next({ notfy: {} } as never)).toThrow('switches.next: Unrecognized key: "notfy"');
  expect(() => sim.switches.next({ notify: { lots: true } } as never)).toThrow('notify: Unrecognized key: "lots"');
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
    ['wxNotify and createSettlement', 'onAnomoly', 'onAnomaly', call(wxNotify, { ...shop, onAnomoly: () => {} })],
    ['wxNotify and createSettlement', 'fulfill', 'fulfil', call(createSettlement, { ...shop, fulfill: () => {} })],
    ['createWorker', 'onDaed', 'onDead', call((options) => createWorker(stored, options), { onDaed: () => {} })],
    ['memoryOnce', 'Max', 'max', call(memoryOnce, { Max: 1 })],
    ['leaseOnce', 'leaseMS', 'leaseMs', call((options) => leaseOnce({} as never, options), { leaseMS: 1 })],
    ['postgresOnce', 'idleTimeOut', 'idleTimeout', call((options) => postgresOnce(pool, options), { idleTimeOut: 1 })],
    ['mysqlOnce', 'tables', 'table', call((options) => mysqlOnce(pool, options), { tables: 'once' })],
    ['redisOnce', 'lease_ms', 'leaseMs', call((options) => redisOnce(client, options), { lease_ms: 1 })],
    ['redisLeases', 'prefixs', 'prefix', call((options) => redisLeases(client, options), { prefixs: '' })],
    ['an inbox', 'maxAttempt', 'maxAttempts', call((options) => postgresInbox(pool, options), { maxAttempt: 1 })],
    ['an inbox', 'retryafter', 'retryAfter', call((options) => mysqlInbox(pool, options), { retryafter: 1 })],
  ])('%s: "%s"', (what, given, meant, create) => {
    expect(create).toThrow(new TypeError(`"${given}" is not an option of ${what}: did you mean "${meant}"?`));
  });

  test('reconcile and compareBill say so before they ask WeChat', async () => {
    const options = { pending: async function* () {}, onClose: () => {} };
    await expect(reconcile(settlement, options as never)).rejects.toThrow('did you mean "onClosed"?');
    const bill = compareBill(wxpay, { date: '2026-01-31', legder: [] } as never);
    await expect(bill.next()).rejects.toThrow('"legder" is not an option of compareBill: did you mean "ledger"?');
  });
});

test('whatever else a host keeps in the same object is its own business', () => {
  const more = {
    key: 'of the shop',
    color: 'red',
    id: 7,
    once: memoryOnce(),
    since: 0,
    title: 'shop',
    node: 1,
    model: 's',
  };
  expect(() => createWxpay({ ...merchant, ...account, ...more } as never)).not.toThrow();
  expect(() => wxNotify({ ...shop, ...more, now: () => 0, nonce: () => '' } as never)).not.toThrow();
});
