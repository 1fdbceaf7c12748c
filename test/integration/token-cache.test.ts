import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { memoryTokenCache } from '../../src/client/account/memory-token-cache.js';
import { sharing } from '../../src/client/account/sharing.js';
import type { TokenCache } from '../../src/core/account/token-cache.js';
import { redisTokenCache } from '../../src/redis/token-cache.js';
import { describeWith } from '../support/needs.js';
import { REDIS, startRedis } from '../support/redis.js';

/** What any cache must do; each test takes keys of its own. */
function describeTokenCache(name: string, cacheOf: () => TokenCache): void {
  describe(`${name}: a token cache`, () => {
    test('gives back what was set, and nothing for what was not', async () => {
      const cache = cacheOf();
      expect((await cache.get('a1')) ?? null).toBeNull();
      await cache.set('a1', 'token-中', 60_000);
      await cache.set('a1', 'newer', 60_000);
      expect(await cache.get('a1')).toBe('newer');
      expect((await cache.get('a2')) ?? null).toBeNull();
    });

    test('grants a claim once, and again after its release', async () => {
      const cache = cacheOf();
      const claims = await Promise.all(Array.from({ length: 10 }, async () => cache.claim('b', 60_000)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      await cache.release('b');
      expect(await cache.claim('b', 60_000)).toBe(true);
      expect((await cache.get('b')) ?? null).toBeNull();
    });

    test('lets 64 callers on 4 machines share one fetch', async () => {
      const machines = Array.from({ length: 4 }, () => sharing(cacheOf()));
      let fetches = 0;
      const fetch = async () => ({ value: `v${++fetches}`, lifetime: 60_000 });
      const values = await Promise.all(Array.from({ length: 64 }, (_, at) => machines[at % 4]?.('c', fetch)));
      expect(new Set(values)).toEqual(new Set(['v1']));
    });

    test('does not remember a failed fetch, nor keep its claim', async () => {
      const cache = cacheOf();
      const shared = sharing(cache);
      await expect(shared('d', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
      expect(await cache.claim('d', 60_000)).toBe(true);
      await cache.release('d');
      expect(await shared('d', async () => ({ value: 'v', lifetime: 60_000 }))).toBe('v');
    });

    test('fetches again for a caller whose value was refused, and once for all of them', async () => {
      const shared = sharing(cacheOf());
      let fetches = 0;
      const fetch = async () => ({ value: `v${++fetches}`, lifetime: 60_000 });
      const bad = await shared('e', fetch);
      const renewed = await Promise.all([1, 2, 3].map(() => shared('e', fetch, bad)));
      expect(renewed).toEqual(['v2', 'v2', 'v2']);
      expect(await shared('e', fetch)).toBe('v2');
    });
  });
}

const memory = memoryTokenCache();
describeTokenCache('memory', () => memory);

test('the memory forgets a value at its time, and a claim whose holder died', () => {
  let clock = 1_000;
  const cache = memoryTokenCache(() => clock);
  cache.set('a', 'v', 10);
  cache.claim('a', 10);
  clock = 1_009;
  expect([cache.get('a'), cache.claim('a', 10)]).toEqual(['v', false]);
  clock = 1_010;
  expect([cache.get('a'), cache.claim('a', 10)]).toEqual([undefined, true]);
});

test('a caller who waits in vain for another machine fetches for itself', async () => {
  const cache = memoryTokenCache();
  cache.claim('a', 60_000);
  expect(await sharing(cache)('a', async () => ({ value: 'mine', lifetime: 60_000 }))).toBe('mine');
  expect(cache.claim('a', 60_000)).toBe(false);
});

test('callers in one process share a fetch even when the cache keeps nobody apart', async () => {
  const shared = sharing({ ...memoryTokenCache(), claim: () => true });
  let fetches = 0;
  const fetch = async () => ({ value: `v${++fetches}`, lifetime: 60_000 });
  expect(await Promise.all([1, 2, 3].map(() => shared('a', fetch)))).toEqual(['v1', 'v1', 'v1']);
});

test('a cache that fails is reported as the store, with a status that says to come back', async () => {
  const broken = { ...memoryTokenCache(), get: () => Promise.reject(new Error('ECONNREFUSED')) };
  await expect(sharing(broken)('a', async () => ({ value: 'v', lifetime: 1_000 }))).rejects.toMatchObject({
    code: 'ERR_WXPAY_STORE_FAILED',
    status: 503,
  });
});

test('redisTokenCache names what it takes when it gets something else', () => {
  expect(() => redisTokenCache({} as never)).toThrow('"client" must be a client of ioredis');
});

describeWith(REDIS, 'a real Redis', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  let ioredis: Redis;
  let nodeRedis: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis();
    ioredis = new Redis(server.url);
    nodeRedis = createClient({ url: server.url });
    await nodeRedis.connect();
  });
  afterAll(async () => {
    ioredis?.disconnect();
    nodeRedis?.destroy();
    await server?.stop();
  });

  describeTokenCache('ioredis', () => redisTokenCache(ioredis, { prefix: 'i:' }));
  describeTokenCache('node-redis', () => redisTokenCache(nodeRedis, { prefix: 'n:' }));

  test('values and claims lapse by the clock of the server', async () => {
    const cache = redisTokenCache(ioredis, { prefix: 't:' });
    await cache.set('a', 'v', 7_000_000);
    await cache.claim('a', 15_000);
    expect(await ioredis.ttl('t:a')).toBeGreaterThan(6_900);
    expect(await ioredis.ttl('t:claim:a')).toBeGreaterThan(0);
  });
});
