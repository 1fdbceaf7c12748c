import * as nodeTest from 'node:test';
import { describe, expect, test } from '@jest/globals';
import { memoryOnce } from '../../../src/once/memory.js';
import type { Claim, Once, OnceOutcome } from '../../../src/once/once.js';
import { describeOnce, onceContract, type TestRunner } from '../../../src/testing/index.js';

/** The names of the cases a store fails. */
async function failuresOf(create: () => Once): Promise<string[]> {
  const failed = await Promise.all(
    onceContract({ create }).map(({ name, run }) =>
      run().then(
        () => [],
        () => [name],
      ),
    ),
  );
  return failed.flat();
}

type Work = (tx: unknown) => Promise<void>;

/** Stores as tutorials write them, and stores that are right but for one thing. */
const wrong: Record<string, { create: () => Once; fails: string }> = {
  'reads, then acts': {
    create() {
      const done = new Set<string>();
      return async ({ key }: Claim, work: Work): Promise<OnceOutcome> => {
        if (done.has(key)) return 'already';
        await work(undefined);
        done.add(key);
        return 'ran';
      };
    },
    fails: '64 simultaneous copies run the handler once, and none is acknowledged before it is done',
  },
  'acknowledges what is only in flight': {
    create() {
      const held = new Set<string>();
      return async ({ key }: Claim, work: Work): Promise<OnceOutcome> => {
        if (held.has(key)) return 'already';
        held.add(key);
        await work(undefined);
        return 'ran';
      };
    },
    fails: 'a second copy waits for the first and answers already, not before the first is done',
  },
  'remembers a failure as done': {
    create() {
      const once = memoryOnce();
      return async (claim: Claim, work: Work): Promise<OnceOutcome> => {
        let failure: { thrown: unknown } | undefined;
        const outcome = await once(claim, async () => {
          try {
            await work(undefined);
          } catch (thrown) {
            failure = { thrown };
          }
        });
        if (failure) throw failure.thrown;
        return outcome;
      };
    },
    fails: 'after a failure the next copy runs the handler at once',
  },
  'forgets the fingerprint': {
    create() {
      const once = memoryOnce();
      return (claim: Claim, work: Work) => once({ ...claim, fingerprint: '' }, work);
    },
    fails: 'a key that is done with another fingerprint answers conflict and runs nothing',
  },
  'folds the case of a key': {
    create() {
      const once = memoryOnce();
      return (claim: Claim, work: Work) => once({ ...claim, key: claim.key.toLowerCase() }, work);
    },
    fails: 'keys that differ in case only are two keys',
  },
  'wraps what the handler throws': {
    create() {
      const once = memoryOnce();
      return (claim: Claim, work: Work) =>
        once(claim, work).catch((cause) => {
          throw new Error('store failed', { cause });
        });
    },
    fails: 'what the handler throws is rethrown as it is',
  },
  'does not listen to its caller': {
    create() {
      const once = memoryOnce();
      return (claim: Claim, work: Work) => once({ ...claim, signal: new AbortController().signal }, work);
    },
    fails: 'a caller who has given up before the start runs nothing and leaves nothing',
  },
};

describe('the contract of once', () => {
  test.each(Object.entries(wrong))('refuses a store that %s', async (_, { create, fails }) => {
    expect(await failuresOf(create)).toContain(fails);
  });

  test('passes a store that keeps it', async () => {
    expect(await failuresOf(memoryOnce as () => Once)).toEqual([]);
  });

  test('has at least 25 cases for every store, each with a name of its own', () => {
    const names = onceContract({ create: memoryOnce, transactional: true, leased: true }).map(({ name }) => name);
    expect(onceContract({ create: memoryOnce }).length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
  });

  test('runs under node:test as under Jest', () => {
    const declared: string[] = [];
    const runner: TestRunner = nodeTest;
    expect([typeof runner.describe, typeof runner.test]).toEqual(['function', 'function']);
    describeOnce('anything', memoryOnce, {
      describe: (name, body) => {
        declared.push(name);
        body();
      },
      test: (name) => declared.push(name),
    });
    expect(declared).toEqual(['once: anything', ...onceContract({ create: memoryOnce }).map(({ name }) => name)]);
  });

  test('a store is closed after a case, also after one that fails', async () => {
    let open = 0;
    const create = () => {
      open++;
      return {
        once: async (): Promise<OnceOutcome> => 'busy',
        close: () => {
          open--;
        },
      };
    };
    await Promise.allSettled(
      onceContract({ create })
        .slice(0, 3)
        .map(({ run }) => run()),
    );
    expect(open).toBe(0);
  });
});
