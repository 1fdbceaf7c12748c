import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type Koa from 'koa';
import supertest from 'supertest';
import { createApp } from '../../example-app/src/app.js';
import { type RunningShop, startShop } from '../support/example-shop.js';

/** Two processes before one database, as behind a balancer. */
let running: RunningShop;
let processes: [ReturnType<Koa['callback']>, ReturnType<Koa['callback']>];

beforeAll(async () => {
  running = await startShop();
  const start = () => createApp({ ...running.shop, ownerKey: 'sesame' }).callback();
  processes = [start(), start()];
});
beforeEach(() => running.db.query('truncate owner_guesses'));
afterAll(() => running.stop());

interface Guess {
  /** As the proxy in front reports the visitor. */
  from?: string;
  cookie?: string[];
  at?: 0 | 1;
}

const guess = (key: string, { from = '203.0.113.5', cookie = [], at = 0 }: Guess = {}) =>
  supertest(processes[at])
    .get('/owner')
    .auth('owner', key)
    .set({ 'x-forwarded-for': from, accept: 'text/html', cookie: cookie.map((text) => text.split(';')[0]).join('; ') });
const statusOf = async (key: string, options?: Guess) => (await guess(key, options)).status;
const guessWrongly = async (times: number, options: (n: number) => Guess = () => ({})) => {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) statuses.push(await statusOf(`wrong ${n}`, options(n)));
  return statuses;
};
const cookiesOf = ({ headers }: { headers: Record<string, unknown> }) => headers['set-cookie'] as string[];

test('after ten wrong keys no further key of that address is looked at, not even the right one', async () => {
  expect(await guessWrongly(10)).toEqual(Array(10).fill(401));
  const { status, headers, text } = await guess('sesame');
  expect([status, headers['retry-after']]).toEqual([429, '900']);
  expect(text).toContain('店主密钥多次有误');
});

test('keys that are sent all at once, to several processes, are limited as those sent one by one', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 40 }, (_, n) => statusOf(`wrong ${n}`, { at: (n % 2) as 0 | 1 })),
  );
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(30);
});

test('a quarter of an hour later the right key opens the page again, whatever was sent meanwhile', async () => {
  await guessWrongly(10);
  await running.simulator.clock.advance(8 * 60_000);
  expect(await guessWrongly(10)).toEqual(Array(10).fill(429));
  await running.simulator.clock.advance(7 * 60_000);
  expect(await statusOf('sesame')).toBe(200);
});

test('the right key is not counted, however often it is sent', async () => {
  for (let n = 0; n < 25; n++) expect(await statusOf('sesame')).toBe(200);
  expect((await running.db.query('select from owner_guesses where guesses > 0')).rows).toEqual([]);
});

test('mistyping nine times does not lock out, and the right key clears the count', async () => {
  for (let round = 0; round < 3; round++) {
    await guessWrongly(9);
    expect(await statusOf('sesame')).toBe(200);
  }
});

test('a visit without a key asks for one and is no guess', async () => {
  const visit = () => supertest(processes[0]).get('/owner').set('x-forwarded-for', '203.0.113.5');
  for (let n = 0; n < 25; n++) expect((await visit()).status).toBe(401);
  expect(await statusOf('sesame')).toBe(200);
});

describe('the address a key comes from', () => {
  test('is the one the proxy has seen, not what the visitor claims before it', async () => {
    expect(await guessWrongly(12, (n) => ({ from: `10.0.0.${n}, 203.0.113.5` }))).toEqual([
      ...Array(10).fill(401),
      ...[429, 429],
    ]);
  });

  test('counts the first half of an IPv6 address, because a customer has all of the other half', async () => {
    const addresses = ['2001:db8:1:2::1', '2001:0db8:0001:0002:ffff::', '2001:DB8:1:2:3:4:5:6'];
    await guessWrongly(10, (n) => ({ from: addresses[n % addresses.length] as string }));
    expect(await statusOf('sesame', { from: '2001:db8:1:2:abcd::9' })).toBe(429);
    expect(await statusOf('sesame', { from: '2001:db8:1:3::1' })).toBe(200);
    expect(await statusOf('sesame', { from: '2001:db8::1:2:0:0:1' })).toBe(200);
  });

  test('is the same whether IPv4 is written plainly or inside IPv6', async () => {
    await guessWrongly(10, (n) => ({ from: n % 2 ? '203.0.113.5' : '::ffff:203.0.113.5' }));
    expect(await statusOf('sesame', { from: '203.0.113.5' })).toBe(429);
  });

  test('is that of the connection where the header holds something else', async () => {
    const garbage = ['unknown', "1'; drop table orders --", '999.1.1.1', '_hidden', 'x'.repeat(500)];
    expect(await guessWrongly(12, (n) => ({ from: garbage[n % garbage.length] as string }))).toContain(429);
    expect(await statusOf('sesame', { from: '203.0.113.6' })).toBe(200);
  });

  test('does not lock out an owner who comes from another', async () => {
    await guessWrongly(20);
    expect(await statusOf('sesame', { from: '198.51.100.7' })).toBe(200);
  });
});

describe('many addresses', () => {
  const address = (n: number) => `198.51.${Math.floor(n / 250)}.${1 + (n % 250)}`;
  const attack = () => guessWrongly(120, (n) => ({ from: address(n) }));

  test('together are limited too, and leave no row per address', async () => {
    const statuses = await attack();
    expect(statuses.filter((status) => status === 401)).toHaveLength(100);
    expect((await running.db.query('select from owner_guesses')).rows).toHaveLength(101);
  });

  test('do not lock out a browser that was let in before', async () => {
    const cookie = cookiesOf(await guess('sesame', { from: '203.0.113.5' }));
    expect(cookie.join()).toMatch(/owner_browser=[0-9a-f]{32}; path=\/owner; expires=[^;]+; samesite=lax; httponly/i);
    await attack();
    expect(await statusOf('sesame', { from: '203.0.113.5' })).toBe(429);
    const inside = await guess('sesame', { from: '203.0.113.5', cookie });
    expect([inside.status, cookiesOf(inside)]).toEqual([200, undefined]);
  });

  test('cannot claim to be that browser: its cookie is signed', async () => {
    const cookie = cookiesOf(await guess('sesame'));
    await attack();
    const forged = cookie.map((text) => text.replace(/owner_browser=[0-9a-f]{32}/, `owner_browser=${'0'.repeat(32)}`));
    expect(await statusOf('sesame', { cookie: forged })).toBe(429);
  });

  test('are forgotten a quarter of an hour later', async () => {
    await attack();
    await running.simulator.clock.advance(15 * 60_000);
    expect(await statusOf('wrong', { from: '192.0.2.1' })).toBe(401);
    expect((await running.db.query('select from owner_guesses')).rows).toHaveLength(2);
  });
});

test('the browser that was let in has guesses of its own, which are limited as well', async () => {
  const cookie = cookiesOf(await guess('sesame'));
  expect(await guessWrongly(12, (n) => ({ from: `192.0.2.${n + 1}`, cookie }))).toEqual([
    ...Array(10).fill(401),
    ...[429, 429],
  ]);
});

test.each(['', 'sesam', 'sesame ', 'SESAME', 'sesame\0', 'sesamesesame', '🗝'])('the key %j is wrong', async (key) => {
  expect(await statusOf(key)).toBe(401);
});

test.each(['Basic', 'Basic !!!', 'Bearer sesame', 'Digest username="owner"'])(
  'an authorization of "%s" opens nothing',
  async (authorization) => {
    expect((await supertest(processes[0]).get('/owner').set({ authorization })).status).toBe(401);
  },
);
