import assert from 'node:assert/strict';
import { claimOf, copy, newKey, type OnceCase, OTHER_FACTS, refusal, untilSettled } from './once-case.js';
import type { OnceSubject } from './once-subject.js';

type Effects<Tx> = NonNullable<OnceSubject<Tx>['effects']>;

export function effectsOf<Tx>({ effects }: OnceSubject<Tx>): Effects<Tx> {
  assert.ok(effects, 'a transactional store must give "effects"');
  return effects;
}

/** As a handler does that forgot an `await`. The write has begun, also where the library begins it when it is awaited. */
const writeWithoutWaiting = <Tx>(effects: Effects<Tx>, tx: Tx, key: string): Promise<unknown> =>
  Promise.resolve(effects.write(tx, key)).catch(() => {});

/** What holds where the handler writes in the same transaction as the memory of it. */
export const transactionCases = <Tx>(): OnceCase<Tx>[] => [
  {
    name: 'what the handler wrote is committed when ran is answered',
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      assert.equal(await subject.once(claimOf(key), async (tx) => void (await effects.write(tx, key))), 'ran');
      assert.equal(await effects.count(key), 1);
    },
  },
  {
    name: 'what a failing handler wrote is rolled back',
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      const failing = subject.once(claimOf(key), async (tx) => {
        await effects.write(tx, key);
        throw refusal;
      });
      await assert.rejects(failing, (error) => error === refusal);
      assert.equal(await effects.count(key), 0);
      await subject.elsewhere(claimOf(key), async (tx) => void (await effects.write(tx, key)));
      assert.equal(await effects.count(key), 1);
    },
  },
  {
    name: 'what the handler wrote is unseen before the commit',
    parallel: true,
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      const first = subject.gate();
      const running = copy(
        subject.once(claimOf(key), async (tx) => {
          await effects.write(tx, key);
          await first.work();
        }),
      );
      await first.begun(running);
      assert.equal(await effects.count(key), 0);
      first.open();
      assert.equal(await running, 'ran');
      assert.equal(await effects.count(key), 1);
    },
  },
  {
    name: 'a handler that swallows a failed statement is acknowledged with its effect or not at all',
    async run(subject) {
      const effects = effectsOf(subject);
      if (!effects.fail) return;
      const key = newKey();
      const swallowing = subject.once(claimOf(key), async (tx) => {
        await effects.write(tx, key);
        await effects.fail?.(tx).catch(() => {});
      });
      const outcome = await swallowing.catch(() => 'failed' as const);
      assert.equal(await effects.count(key), outcome === 'ran' ? 1 : 0);
      if (outcome === 'ran') return;
      await subject.elsewhere(claimOf(key), async (tx) => void (await effects.write(tx, key)));
      assert.equal(await effects.count(key), 1);
    },
  },
  {
    name: 'a write the handler did not await is committed with its acknowledgement, or fails it',
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      let write: Promise<unknown> = Promise.resolve();
      const forgetful = subject.once(claimOf(key), async (tx) => {
        write = writeWithoutWaiting(effects, tx, key);
      });
      const outcome = await forgetful.catch(() => 'failed' as const);
      await write;
      assert.equal(await effects.count(key), outcome === 'ran' ? 1 : 0);
      if (outcome === 'ran') return;
      await subject.elsewhere(claimOf(key), async (tx) => void (await effects.write(tx, key)));
      assert.equal(await effects.count(key), 1);
    },
  },
  {
    name: 'already and conflict leave one effect',
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      const work = async (tx: Tx): Promise<void> => void (await effects.write(tx, key));
      await subject.once(claimOf(key), work);
      await subject.once(claimOf(key), work);
      await subject.once(claimOf(key, { fingerprint: OTHER_FACTS }), work);
      assert.equal(await effects.count(key), 1);
    },
  },
  {
    name: 'an acknowledged copy finds the effect committed, among 64 at once',
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      const deliver = async (_: unknown, copy: number): Promise<void> => {
        const once = copy % 2 === 0 ? subject.once : subject.elsewhere;
        await untilSettled(() => once(claimOf(key), async (tx) => void (await effects.write(tx, key))));
        assert.equal(await effects.count(key), 1);
      };
      await Promise.all(Array.from({ length: 64 }, deliver));
    },
  },
];
