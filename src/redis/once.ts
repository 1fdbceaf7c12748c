import { randomBytes } from 'node:crypto';
import { type LeaseClaim, type LeaseOnceOptions, type LeaseStore, type LeaseTx, leaseOnce } from '../once/lease.js';
import type { Once } from '../once/once.js';
import { answered } from '../once/sql-session.js';
import { reasonOf, storeFailed } from '../once/store-error.js';
import { defined } from '../util/absent.js';
import { milliseconds } from '../util/milliseconds.js';
import { boolean, integer, matching, optional, type Rules, readOptions, withDefault } from '../util/options.js';
import { commandOf, type IoredisClient, type NodeRedisClient, type Send } from './client.js';
import { CLAIM, COMPLETE, RELEASE, RENEW } from './scripts.js';

/** Options of {@link redisLeases}. */
export interface RedisLeasesOptions {
  /** Stands before every key. @default 'koa-wxpay:once:' */
  prefix?: string;
  /** For how many days a finished key is remembered, at least 30. @default 180 */
  days?: number;
  /**
   * `true` for a server that does not say what its `maxmemory-policy` is, and that never evicts
   * keys. With a policy that evicts keys, a payment is fulfilled twice.
   *
   * @default false
   */
  assumeNoEviction?: boolean;
}

/** A store that can check its server at start, before the first payment. */
export interface Ready {
  /**
   * Checks that the server keeps every key.
   *
   * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` when the server may evict keys, does not say
   * whether it does (see `assumeNoEviction`), or does not answer
   */
  ready(): Promise<void>;
}

/** Options of {@link redisOnce}. */
export interface RedisOnceOptions extends RedisLeasesOptions, Omit<LeaseOnceOptions, 'name'> {}

const text = matching(/^/, 'a string');

const LEASES_RULES = {
  prefix: withDefault(text, 'koa-wxpay:once:'),
  days: withDefault(integer({ least: 30, most: 36_500, unit: 'a whole number of days' }), 180),
  assumeNoEviction: withDefault(boolean, false),
} satisfies Rules<RedisLeasesOptions>;

const RULES = {
  ...LEASES_RULES,
  leaseTime: optional(milliseconds(3)),
  handlerTimeout: optional(milliseconds()),
} satisfies Rules<RedisOnceOptions>;

/**
 * A `once` in Redis: leases with fences, one atomic script for each operation, and the server's
 * clock. It keeps copies of a notification apart, but it is not a ledger. Redis loses its latest
 * writes at a failover, and the effect is not in a transaction with the lease, so that the handler
 * must write conditionally (`update … where state = 'pending'`).
 *
 * The server's `maxmemory-policy` must be `noeviction`. `await once.ready()` checks that at start,
 * and otherwise the first use does.
 *
 * @param client a connected client of `ioredis` or `redis`, of one server (not a cluster)
 * @throws {TypeError} for a wrong option
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` from the returned function, when Redis failed, may
 * evict keys, or the lease was lost. What the handler throws is thrown unchanged.
 * @example
 * const once = redisOnce(new Redis(process.env.REDIS_URL));
 * await once.ready();
 * wxNotify({ wxpay, findOrder, once });
 */
export function redisOnce(
  client: IoredisClient | NodeRedisClient,
  options: RedisOnceOptions = {},
): Once<LeaseTx> & Ready {
  const { leaseTime, handlerTimeout, ...leasesOptions } = readOptions('redisOnce', options, RULES);
  const leases = redisLeases(client, leasesOptions);
  const once = leaseOnce(leases, defined({ leaseTime, handlerTimeout, name: 'Redis' }));
  return Object.assign(once, { ready: leases.ready });
}

/**
 * The leases of {@link redisOnce}, for hosts that complete the lease themselves.
 *
 * @param client a connected client of `ioredis` or `redis`, of one server (not a cluster)
 * @throws {TypeError} for a wrong option
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` from its methods, when Redis failed or may evict
 * keys
 * @example
 * const once = leaseOnce(redisLeases(client), { name: 'Redis' });
 */
export function redisLeases(
  client: IoredisClient | NodeRedisClient,
  options: RedisLeasesOptions = {},
): LeaseStore & Ready {
  const { prefix, days, assumeNoEviction } = readOptions('redisLeases', options, LEASES_RULES);
  const send = commandOf(client);
  const keep = String(days * 86_400_000);
  const run = (script: string, key: string, ...args: (string | number)[]): Promise<unknown> =>
    send(['EVAL', script, '1', prefix + key, ...args.map(String)]);
  const moved = async (answer: Promise<unknown>): Promise<boolean> => Number(await answer) === 1;

  let checked: Promise<void> | undefined;
  const ready = (): Promise<void> => {
    checked ??= (assumeNoEviction ? Promise.resolve() : answered(checkEviction(send))).catch((error) => {
      checked = undefined;
      throw storeFailed('Redis', reasonOf(error), error);
    });
    return checked;
  };

  return {
    ready,
    async claim(key, fingerprint, leaseTime) {
      await ready();
      return readClaim(await run(CLAIM, key, fingerprint, leaseTime, randomBytes(16).toString('hex'), keep));
    },
    renew: (key, fence, leaseTime) => moved(run(RENEW, key, fence, leaseTime)),
    complete: (key, fence) => moved(run(COMPLETE, key, fence, keep)),
    release: (key, fence, reason) => moved(run(RELEASE, key, fence, reason)),
  };
}

function readClaim(answer: unknown): LeaseClaim {
  const [state, first, second] = (Array.isArray(answer) ? answer : []).map(String);
  if (state === 'done') return { state };
  if (state === 'busy') return { state, retryAfter: Number(first) };
  if (state === 'conflict' && first !== undefined) return { state, stored: first };
  if (state === 'acquired' && first !== undefined) return { state, fence: first, attempt: Number(second) };
  throw new Error('the script answered something else');
}

async function checkEviction(send: Send): Promise<void> {
  const policy = (await policyFromConfig(send)) ?? (await policyFromInfo(send));
  if (policy === 'noeviction') return;
  throw new Error(
    policy === undefined
      ? '"maxmemory-policy" cannot be read: set it to "noeviction" and pass "assumeNoEviction: true"'
      : `"maxmemory-policy" is "${policy}" and may evict what was done: set it to "noeviction"`,
  );
}

/** Managed servers refuse CONFIG. A connection that fails must not be taken for a refusal. */
async function policyFromConfig(send: Send): Promise<string | undefined> {
  try {
    const answer = await send(['CONFIG', 'GET', 'maxmemory-policy']);
    return (Array.isArray(answer) ? answer[1] : (answer as Record<string, unknown> | null)?.['maxmemory-policy']) as
      | string
      | undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

async function policyFromInfo(send: Send): Promise<string | undefined> {
  try {
    return /^maxmemory_policy:(\S+)/m.exec(String(await send(['INFO', 'memory'])))?.[1];
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

const isRefusal = (error: unknown): boolean => error instanceof Error && /^(NOPERM|ERR)\b/.test(error.message);
