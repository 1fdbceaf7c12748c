import assert from 'node:assert/strict';
import type { LeaseClaim, LeaseStore } from '../once/lease.js';
import { pause } from '../util/clock.js';
import { FACTS, newKey, type OnceCase, OTHER_FACTS } from './once-case.js';

/** Long enough never to lapse within a case, short enough to be awaited. */
const LONG = 60_000;
const SHORT = 40;

type Acquired = Extract<LeaseClaim, { state: 'acquired' }>;

async function acquire(store: LeaseStore, key: string, leaseTime = LONG, fingerprint = FACTS): Promise<Acquired> {
  const claim = await store.claim(key, fingerprint, leaseTime);
  assert.equal(claim.state, 'acquired');
  return claim as Acquired;
}

/** Claims until the lease before has lapsed. */
async function takeOver(store: LeaseStore, key: string): Promise<Acquired> {
  for (let look = 0; look < 500; look++) {
    const claim = await store.claim(key, FACTS, LONG);
    if (claim.state === 'acquired') return claim;
    assert.equal(claim.state, 'busy');
    await pause(10);
  }
  throw new Error('a short lease did not lapse');
}

const leaseCase = <Tx>(name: string, run: (store: LeaseStore, key: string) => Promise<void>): OnceCase<Tx> => ({
  name,
  async run({ leases }) {
    assert.ok(leases, 'a leased store must give "leases"');
    await run(leases, newKey());
  },
});

/** What holds for a store under `leaseOnce`: leases lapse by the store's clock, and an old fence moves nothing. */
export const leaseCases = <Tx>(): OnceCase<Tx>[] => [
  leaseCase('a first claim is acquired as attempt 1', async (store, key) => {
    assert.equal((await acquire(store, key)).attempt, 1);
  }),
  leaseCase('a claim under a lease is busy and says when to ask again', async (store, key) => {
    await acquire(store, key);
    const second = await store.claim(key, FACTS, LONG);
    assert.ok(second.state === 'busy' && second.retryAfter > 0 && second.retryAfter <= LONG);
  }),
  leaseCase('64 simultaneous claims are acquired once', async (store, key) => {
    const claims = await Promise.all(Array.from({ length: 64 }, () => store.claim(key, FACTS, LONG)));
    assert.equal(claims.filter(({ state }) => state === 'acquired').length, 1);
    assert.equal(claims.filter(({ state }) => state === 'busy').length, 63);
  }),
  leaseCase('a completed key is done, and in conflict for another fingerprint', async (store, key) => {
    const { fence } = await acquire(store, key);
    assert.equal(await store.complete(key, fence), true);
    assert.deepEqual(await store.claim(key, FACTS, LONG), { state: 'done' });
    assert.deepEqual(await store.claim(key, OTHER_FACTS, LONG), { state: 'conflict', stored: FACTS });
  }),
  leaseCase('a released key is acquired at once, as the next attempt with another fence', async (store, key) => {
    const first = await acquire(store, key);
    assert.equal(await store.release(key, first.fence, 'refused'), true);
    const second = await acquire(store, key);
    assert.equal(second.attempt, 2);
    assert.notEqual(second.fence, first.fence);
  }),
  leaseCase('a released key may be acquired with another fingerprint', async (store, key) => {
    const { fence } = await acquire(store, key);
    await store.release(key, fence, 'refused');
    const other = await acquire(store, key, LONG, OTHER_FACTS);
    await store.complete(key, other.fence);
    assert.deepEqual(await store.claim(key, FACTS, LONG), { state: 'conflict', stored: OTHER_FACTS });
  }),
  leaseCase('a lapsed lease is taken over as the next attempt with another fence', async (store, key) => {
    const first = await acquire(store, key, SHORT);
    const second = await takeOver(store, key);
    assert.equal(second.attempt, 2);
    assert.notEqual(second.fence, first.fence);
  }),
  leaseCase('after a take-over the old fence renews, completes and releases nothing', async (store, key) => {
    const { fence } = await acquire(store, key, SHORT);
    const second = await takeOver(store, key);
    assert.equal(await store.renew(key, fence, LONG), false);
    assert.equal(await store.complete(key, fence), false);
    assert.equal(await store.release(key, fence, 'late'), false);
    assert.equal((await store.claim(key, FACTS, LONG)).state, 'busy');
    assert.equal(await store.complete(key, second.fence), true);
  }),
  leaseCase('each take-over has a fence and an attempt of its own, in order', async (store, key) => {
    const fences = [(await acquire(store, key, SHORT)).fence];
    for (let attempt = 2; attempt <= 4; attempt++) {
      const next = await takeOver(store, key);
      assert.equal(next.attempt, attempt);
      fences.push(next.fence);
      await store.release(key, next.fence, 'refused');
    }
    assert.equal(new Set(fences).size, 4);
  }),
  leaseCase('a renewed lease outlives its first term', async (store, key) => {
    const { fence } = await acquire(store, key, SHORT);
    const renewed = await store.renew(key, fence, LONG);
    const witness = newKey();
    await acquire(store, witness, SHORT);
    await takeOver(store, witness);
    // A slow machine may let the first term lapse before the renewal arrives; then the store must have said so.
    assert.equal((await store.claim(key, FACTS, LONG)).state, renewed ? 'busy' : 'acquired');
  }),
  leaseCase('a fence that never was moves nothing', async (store, key) => {
    for (const unclaimed of [true, false]) {
      if (!unclaimed) await acquire(store, key);
      assert.equal(await store.renew(key, 'no-such-fence', LONG), false);
      assert.equal(await store.complete(key, 'no-such-fence'), false);
      assert.equal(await store.release(key, 'no-such-fence', 'none'), false);
    }
    assert.equal((await store.claim(key, FACTS, LONG)).state, 'busy');
  }),
  leaseCase('a completed key is neither renewed nor released', async (store, key) => {
    const { fence } = await acquire(store, key);
    await store.complete(key, fence);
    assert.equal(await store.renew(key, fence, LONG), false);
    assert.equal(await store.release(key, fence, 'late'), false);
    assert.deepEqual(await store.claim(key, FACTS, LONG), { state: 'done' });
  }),
  leaseCase('leases lapse by the clock of the store, not of the client', async (store, key) => {
    await acquire(store, key);
    const now = Date.now;
    Date.now = () => now() + 10 * LONG;
    try {
      assert.equal((await store.claim(key, FACTS, LONG)).state, 'busy');
    } finally {
      Date.now = now;
    }
  }),
];
