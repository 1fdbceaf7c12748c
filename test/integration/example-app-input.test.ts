import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { Customer } from '../support/customer.js';
import { ask } from '../support/example-routes.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { describeHostileInput } from '../support/hostile-input.js';

let running: RunningShop;
let customer: Customer;
beforeAll(async () => {
  running = await startShop();
  customer = new Customer(running.simulator);
});
afterAll(() => running.stop());

describeHostileInput(() => running);

describe('a form', () => {
  const send = (headers: Record<string, string>, body: string | Buffer) =>
    supertest(running.url)
      .post('/owner/orders/20250101AAAAAAAA/price')
      .set({ origin: customer.origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' })
      .set(headers)
      .send(body as string);

  test.each([
    ['longer than any of the shop', {}, `price=${'1'.repeat(100_000)}`, 413],
    ['with a broken compression', { 'content-encoding': 'gzip' }, 'price=1.00', 400],
    ['with an unknown compression', { 'content-encoding': 'zzz' }, 'price=1.00', 415],
    ['in an unknown character set', { 'content-type': 'application/x-www-form-urlencoded; charset=zzz' }, 'a=1', 400],
    ['that is JSON', { 'content-type': 'application/json' }, '{"price":"1.00"}', 400],
    ['that is nothing', { 'content-type': 'text/plain' }, 'price=1.00', 400],
    ['with a field twice', {}, 'price=1.00&price=2.00', 400],
    ['with a field that is an object', {}, 'price[a]=1.00', 400],
  ])('%s is refused as the sender’s mistake', async (_, headers, body, status) => {
    expect((await send(headers as Record<string, string>, body)).status).toBe(status);
    expect(running.errors).toEqual([]);
  });
});

test('what honest addresses hold passes: Chinese, blanks, and what WeChat adds to shared links', async () => {
  for (const query of ['from=singlemessage&isappinstalled=0', 'q=%E8%8C%B6+%26+%E6%9D%AF', 'a', '', 'empty=']) {
    expect((await ask(running.url, { method: 'GET', path: `/?${query}` })).status).toBe(200);
  }
});

describe('a form that is sent after the login has run out', () => {
  const referers = [
    ['https://evil.example/goods/cup'],
    ['https://evil.example//evil.example/'],
    ['mailto:@evil.example/'],
    ['data:.evil.example'],
    ['javascript:alert(1)'],
    ['//evil.example/'],
    ['\\\\evil.example'],
    ['http://'],
    ['https://x.example/'.padEnd(3000, 'x')],
    ['%00'],
    [''],
  ];
  test.each(referers)('leads back to its own page, whatever the Referer (case %#)', async (referer) => {
    const { status, headers } = await supertest(running.url)
      .post('/orders')
      .set({ origin: customer.origin, accept: 'text/html', referer })
      .type('form')
      .send({ good: 'tea', quantity: '1' });
    expect([status, headers.location]).toEqual([303, `${customer.origin}/goods/tea`]);
  });

  test.each(['//evil.example', '\\evil.example', '../..', '@evil.example', '.evil.example', '?a', '#a', ''])(
    'stays in the shop when it says that its page is of "%s"',
    async (good) => {
      const { status, headers } = await supertest(running.url)
        .post('/orders')
        .set({ origin: customer.origin, accept: 'text/html' })
        .type('form')
        .send({ good });
      const { origin, pathname } = new URL(headers.location as string);
      expect([status, origin, /^\/(?!\/)/.test(pathname)]).toEqual([303, customer.origin, true]);
    },
  );
});
