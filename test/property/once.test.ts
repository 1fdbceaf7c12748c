import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LeaseStore, leaseOnce } from '../../src/once/lease.js';
import { memoryOnce } from '../../src/once/memory.js';
import type { Once } from '../../src/once/once.js';
import { memoryLeases } from '../support/memory-leases.js';

/** Every answer of the store arrives when the scheduler says so. */
function scheduled(s: fc.Scheduler, store: LeaseStore): LeaseStore {
  return {
    claim: s.scheduleFunction(store.claim),
    renew: s.scheduleFunction(store.renew),
    complete: s.scheduleFunction(store.complete),
    release: s.scheduleFunction(store.release),
  };
}

const stores: [string, (s: fc.Scheduler) => Once<unknown>][] = [
  ['memory', () => memoryOnce() as Once<unknown>],
  ['leases', (s) => leaseOnce(scheduled(s, memoryLeases())) as Once<unknown>],
];

describe.each(stores)('once over %s, under every interleaving', (_, open) => {
  test('each key has one effect, and whoever is acknowledged finds it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ key: fc.constantFrom('a', 'b'), fails: fc.boolean() }), { minLength: 1, maxLength: 8 }),
        async (s, copies) => {
          const once = open(s);
          const effects = new Map<string, number>();
          const inside = new Map<string, number>();
          const step = s.scheduleFunction(async () => {});
          const deliver = async (key: string, fails: boolean): Promise<string> => {
            const claim = { key, fingerprint: 'a|1|CNY', signal: new AbortController().signal };
            await step();
            const outcome = await once(claim, async () => {
              inside.set(key, (inside.get(key) ?? 0) + 1);
              expect(inside.get(key)).toBe(1);
              await step();
              inside.set(key, 0);
              if (fails) throw new Error('the handler refuses');
              effects.set(key, (effects.get(key) ?? 0) + 1);
            }).catch((error: Error) => error.message);
            if (outcome === 'ran' || outcome === 'already') expect(effects.get(key)).toBe(1);
            return outcome;
          };
          await s.waitFor(Promise.all(copies.map(({ key, fails }) => deliver(key, fails))));
          for (const key of ['a', 'b']) await s.waitFor(deliver(key, false));
          expect([effects.get('a'), effects.get('b')]).toEqual([1, 1]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
