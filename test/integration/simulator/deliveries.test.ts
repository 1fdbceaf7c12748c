import { execFile } from 'node:child_process';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ACKNOWLEDGED } from '../../../src/core/v2/reply.js';
import { findSigner } from '../../../src/core/v2/sign.js';
import { readXml } from '../../../src/core/v2/xml/read.js';
import { createSimulator, RETRY_DELAYS, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { type Answer, acknowledge, createShop, order, query, type Shop } from './support.js';

let sim: Simulator;
let shop: Shop;
beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock(), rules: { notifyTimeout: 3_000 } });
  shop = await createShop();
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

const DAY = (24 * 3600 + 4 * 60) * 1000;
const refuse: Answer = (res) => res.writeHead(500).end();

async function paid(overrides = {}) {
  await order(sim, { notify_url: shop.url, ...overrides });
  const result = await sim.pay({ out_trade_no: 'SHOP00A17' });
  await sim.settled();
  return result;
}

test('a payment is notified with WeChat’s fields, signed with the merchant’s key', async () => {
  const { transaction_id } = await paid({ attach: '桌 7' });
  const [{ method, headers, body }] = shop.received as [Shop['received'][number]];
  expect([method, headers['content-type'], headers['content-length']]).toEqual([
    'POST',
    'text/xml',
    `${body.length}`,
  ]);
  const fields = readXml(body);
  expect(findSigner(fields, [sim.merchant.key], ['MD5'])).toBeDefined();
  expect(Object.fromEntries(fields)).toMatchObject({
    ...{
      return_code: 'SUCCESS',
      result_code: 'SUCCESS',
      appid: sim.app.appid,
      mch_id: sim.merchant.mchid,
    },
    ...{
      out_trade_no: 'SHOP00A17',
      total_fee: '1990',
      fee_type: 'CNY',
      cash_fee: '1990',
      attach: '桌 7',
    },
    ...{ transaction_id, bank_type: 'OTHERS', trade_type: 'JSAPI', is_subscribe: 'N' },
    ...{
      openid: sim.people[0]?.openid(sim.app.appid),
      time_end: expect.stringMatching(/^\d{14}$/),
    },
  });
});

test('an order placed with HMAC-SHA256 is notified with HMAC-SHA256', async () => {
  await paid({ sign_type: 'HMAC-SHA256' });
  expect(
    findSigner(readXml(shop.received[0]!.body), [sim.merchant.key], ['HMAC-SHA256']),
  ).toBeDefined();
});

test('an acknowledged notification is logged with the reply and not sent again', async () => {
  await paid();
  await sim.clock.advance(DAY);
  expect(sim.deliveries).toEqual([
    expect.objectContaining({
      ...{
        kind: 'v2.payment',
        url: shop.url,
        out_trade_no: 'SHOP00A17',
        attempt: 1,
        status: 200,
        acknowledged: true,
      },
      ...{
        body: String(shop.received[0]!.body),
        reply: expect.stringContaining('SUCCESS'),
        duration: expect.any(Number),
      },
    }),
  ]);
});

test('without an acknowledgement it comes 16 times in 24 h 4 min, byte for byte the same', async () => {
  shop.answer = refuse;
  await paid();
  await sim.clock.advance(2 * DAY);
  // The real time of the exchanges, some milliseconds, is part of the simulated time.
  const times = sim.deliveries.map(({ at }) => at);
  expect(times.slice(1).map((at, n) => at - (times[n] as number))).toEqual([...RETRY_DELAYS]);
  expect(times.at(-1)! - times[0]!).toBe(DAY);
  expect(sim.deliveries.map(({ attempt }) => attempt)).toEqual(
    Array.from({ length: 16 }, (_, n) => n + 1),
  );
  expect(new Set(shop.received.map(({ body }) => String(body))).size).toBe(1);
});

test('a rule ends it after 15 sends', async () => {
  await sim.close();
  sim = await createSimulator({ now: stoppedClock(), rules: { sends: 15 } });
  shop.answer = refuse;
  await paid();
  await sim.clock.advance(2 * DAY);
  expect(shop.received).toHaveLength(15);
});

test('any success ends the timetable', async () => {
  shop.answer = (res, received) =>
    shop.received.length < 4 ? refuse(res, received) : acknowledge(res, received);
  await paid();
  await sim.clock.advance(DAY);
  expect(sim.deliveries.map(({ acknowledged }) => acknowledged)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test.each<[string, Answer]>([
  [
    'an error status',
    (res) => res.writeHead(500).end('<xml><return_code>SUCCESS</return_code></xml>'),
  ],
  ['another 2xx', (res) => res.writeHead(201).end('<xml><return_code>SUCCESS</return_code></xml>')],
  ['no XML', (res) => res.writeHead(200).end('SUCCESS')],
  ['FAIL', (res) => res.writeHead(200).end('<xml><return_code>FAIL</return_code></xml>')],
  ['a redirect, which is not followed', (res) => res.writeHead(302, { location: '/ok' }).end()],
  ['a cut connection', (res) => res.destroy()],
  ['an endless body', (res) => res.writeHead(200).write('<xml>')],
  ['silence', () => {}],
])('%s is no acknowledgement', async (_, answer) => {
  shop.answer = answer;
  await paid();
  expect(sim.deliveries.map(({ acknowledged }) => acknowledged)).toEqual([false]);
  expect(shop.received).toHaveLength(1);
  shop.answer = acknowledge;
  await sim.clock.advance(15_000);
  expect(sim.deliveries.map(({ acknowledged }) => acknowledged)).toEqual([false, true]);
});

test('an address where nobody listens is tried again', async () => {
  await paid({ notify_url: 'http://127.0.0.1:9/notify' });
  expect(sim.deliveries[0]).toMatchObject({
    acknowledged: false,
    error: expect.stringContaining('ECONNREFUSED'),
  });
});

test('the notification may come before the page’s callback, after it, or never', async () => {
  await order(sim, { notify_url: shop.url });
  sim.switches.notification = 'before';
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  expect(sim.deliveries[0]?.acknowledged).toBe(true);

  await order(sim, { notify_url: shop.url, out_trade_no: 'SHOP00A18' });
  sim.switches.notification = 'after';
  await sim.pay({ out_trade_no: 'SHOP00A18' });
  expect(sim.deliveries).toHaveLength(1);
  await sim.settled();
  expect(sim.deliveries).toHaveLength(2);

  await order(sim, { notify_url: shop.url, out_trade_no: 'SHOP00A19' });
  sim.switches.notification = 'never';
  await sim.pay({ out_trade_no: 'SHOP00A19' });
  await sim.clock.advance(DAY);
  expect(sim.deliveries).toHaveLength(2);
});

test('while the state lags the notification waits as long', async () => {
  sim.switches.lag = 3_000;
  await paid();
  expect(shop.received).toHaveLength(0);
  await sim.clock.advance(3_000);
  expect(shop.received).toHaveLength(1);
  expect((await query(sim)).get('trade_state')).toBe('SUCCESS');
});

test('a paid order can be notified once more', async () => {
  await paid();
  await sim.notify('SHOP00A17');
  expect(shop.received).toHaveLength(2);
  expect(() => sim.notify('no such')).toThrow('there is no paid order no such');
});

test('plain http on other machines and certificates nobody signed are reached by rule only', async () => {
  const server = createServer(await selfSigned(), (_, res) => res.end(ACKNOWLEDGED));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const notify_url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
  await paid({ notify_url });
  expect(sim.deliveries[0]).toMatchObject({
    acknowledged: false,
    error: expect.stringContaining('self-signed'),
  });
  const plain = { out_trade_no: 'PLAIN1', notify_url: 'http://shop.test/notify' };
  expect((await order(sim, plain)).get('return_msg')).toBe('notify_url参数格式有误');

  await sim.close();
  sim = await createSimulator({ now: stoppedClock(), rules: { notifyInsecure: true } });
  await paid({ notify_url });
  expect(sim.deliveries[0]).toMatchObject({ acknowledged: true });
  expect((await order(sim, plain)).get('result_code')).toBe('SUCCESS');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const options =
    '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=shop -keyout - -out -';
  const { stdout } = await promisify(execFile)('openssl', ['req', ...options.split(' ')]);
  return { key: stdout, cert: stdout.slice(stdout.indexOf('-----BEGIN CERTIFICATE')) };
}
