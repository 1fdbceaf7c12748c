import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import type { LeaseTx } from '../../src/once/lease.js';
import type { Once } from '../../src/once/once.js';
import { redisLeases, redisOnce } from '../../src/redis/index.js';
import { describeOnce } from '../../src/testing/index.js';
import { linked } from '../support/linked.js';
import { describeWith } from '../support/needs.js';
import { REDIS, startRedis } from '../support/redis.js';

const claim = (key: string) => ({ key, fingerprint: 'a|1|CNY', signal: new AbortController().signal });
const nothing = async () => {};
const never = async () => {
  throw new Error('the handler ran');
};

describeWith(REDIS, 'Redis', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  let ioredis: Redis;
  let nodeRedis: ReturnType<typeof createClient>;

  beforeAll(async () => {
    server = await startRedis();
    ioredis = new Redis(server.url);
    ioredis.on('error', () => {});
    nodeRedis = createClient({ url: server.url });
    nodeRedis.on('error', () => {});
    await nodeRedis.connect();
  });
  afterAll(async () => {
    ioredis?.disconnect();
    nodeRedis?.destroy();
    await server?.stop();
  });

  describeOnce<LeaseTx>(
    'ioredis, and redis elsewhere',
    {
      leased: true,
      create: () => ({ once: redisOnce(ioredis), elsewhere: redisOnce(nodeRedis), leases: redisLeases(ioredis) }),
    },
    { describe, test },
  );
  describeOnce<LeaseTx>(
    'redis',
    { leased: true, create: () => ({ once: redisOnce(nodeRedis), leases: redisLeases(nodeRedis) }) },
    { describe, test },
  );

  test('what is done is kept for 180 days, under the prefix', async () => {
    await redisOnce(ioredis, { prefix: 'shop:' })(claim('kept'), nothing);
    const days = Number(await ioredis.pttl('shop:kept')) / 86_400_000;
    expect(Math.ceil(days)).toBe(180);
  });

  test('a claim whose answer was lost and that is sent again is the same claim', async () => {
    const twice = {
      async call(command: string, args: string[]): Promise<unknown> {
        await ioredis.call(command, args);
        return ioredis.call(command, args);
      },
    };
    const attempts: number[] = [];
    const outcome = await redisOnce(twice)(claim('resent'), async ({ attempt }) => void attempts.push(attempt));
    expect([outcome, attempts]).toEqual(['ran', [1]]);
  });

  test('the lease is inferred where the store is written inline', async () => {
    const mount = <Tx>(options: { once: Once<Tx> }, handler: (tx: Tx) => Promise<void>) =>
      options.once(claim('inline'), handler);
    const outcome = await mount({ once: redisOnce(ioredis) }, async ({ attempt, signal }) => {
      expect([attempt satisfies number, signal.aborted]).toEqual([1, false]);
    });
    expect(outcome).toBe('ran');
  });

  test('after a kill and a restart of the server what was done is still done', async () => {
    const once = redisOnce(nodeRedis);
    await once(claim('survives'), nothing);
    await server.restart();
    let outcome = 'none';
    while (outcome !== 'already') outcome = await once(claim('survives'), never).catch(() => 'failed');
    expect(outcome).toBe('already');
  });

  test('a server that is down is a failed store', async () => {
    const down = new Redis({
      port: 1,
      host: '127.0.0.1',
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      disconnectTimeout: 1,
    });
    down.on('error', () => {});
    const failed = { code: 'ERR_WXPAY_STORE_FAILED', status: 503, message: expect.stringMatching(/^Redis: /) };
    await expect(redisOnce(down)(claim('down'), never)).rejects.toMatchObject(failed);
    await expect(redisOnce(down).ready()).rejects.toMatchObject(failed);
    down.disconnect();
  });

  describe('eviction', () => {
    afterEach(() => ioredis.config('SET', 'maxmemory-policy', 'noeviction'));

    test('a server that evicts keys is refused at start and at the first use, and accepted once it no longer does', async () => {
      await ioredis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const once = redisOnce(ioredis);
      for (const client of [once, redisOnce(nodeRedis)]) {
        const refusal = {
          code: 'ERR_WXPAY_STORE_FAILED',
          message: linked(
            'Redis: "maxmemory-policy" is "allkeys-lru" and may evict what was done: set it to "noeviction"',
          ),
        };
        await expect(client.ready()).rejects.toMatchObject(refusal);
        await expect(client(claim('evicted'), never)).rejects.toMatchObject(refusal);
      }
      await ioredis.config('SET', 'maxmemory-policy', 'noeviction');
      await once.ready();
      expect(await once(claim('evicted'), nothing)).toBe('ran');
    });

    test('where CONFIG is not permitted the policy is read from INFO', async () => {
      await ioredis.call('ACL', ['SETUSER', 'shop', 'on', 'nopass', '~*', '+@all', '-config']);
      const limited = new Redis(server.port, '127.0.0.1', { username: 'shop', password: 'any' });
      expect(await redisOnce(limited)(claim('limited'), nothing)).toBe('ran');
      await ioredis.config('SET', 'maxmemory-policy', 'volatile-ttl');
      await expect(redisOnce(limited)(claim('limited-2'), never)).rejects.toThrow('"volatile-ttl"');
      limited.disconnect();
    });

    test('where neither is permitted only the named option lets it pass', async () => {
      await ioredis.call('ACL', ['SETUSER', 'blind', 'on', 'nopass', '~*', '+@all', '-config', '-info']);
      const blind = new Redis(server.port, '127.0.0.1', {
        username: 'blind',
        password: 'any',
        enableReadyCheck: false,
      });
      await expect(redisOnce(blind)(claim('blind'), never)).rejects.toThrow('"assumeNoEviction: true"');
      expect(await redisOnce(blind, { assumeNoEviction: true })(claim('blind'), nothing)).toBe('ran');
      blind.disconnect();
    });
  });
});

test('options that would forget payments are refused', () => {
  const client = { call: async () => undefined };
  for (const days of [0, 29, 30.5, Number.NaN]) expect(() => redisOnce(client, { days })).toThrow('"days" must be');
  expect(() => redisOnce({} as never)).toThrow('"client" must be a client of ioredis');
});
