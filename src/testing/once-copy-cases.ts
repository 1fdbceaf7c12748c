import assert from 'node:assert/strict';
import {
  claimOf,
  copy,
  count,
  FACTS,
  never,
  newKey,
  nothing,
  type OnceCase,
  OTHER_FACTS,
  refusal,
  refuse,
  untilSettled,
} from './once-case.js';

/** By then WeChat must have its answer. */
const ANSWER_BY = 4_500;
const MOST_TRIES = 10;

/** Copies that arrive together, in this process and in another. */
export const copyCases = <Tx>(): OnceCase<Tx>[] => [
  {
    name: 'a second copy waits for the first and answers already, not before the first is done',
    async run({ once, elsewhere, gate }) {
      for (let tries = 1; ; tries++) {
        const claim = claimOf(newKey());
        const first = gate();
        const running = copy(once(claim, first.work));
        await first.begun(running);
        let answered = false;
        const second = copy(
          elsewhere(claim, never).finally(() => {
            answered = true;
          }),
        );
        await new Promise(setImmediate);
        assert.equal(answered, false);
        first.open();
        const outcomes = await Promise.all([running, second]);
        // A machine that is busy for a second makes the second copy give up. A store that never waits always does.
        if (outcomes[1] === 'busy' && tries < MOST_TRIES) continue;
        assert.deepEqual(outcomes, ['ran', 'already']);
        return;
      }
    },
  },
  {
    name: 'a second copy waits about a second at most, answers busy, and runs nothing',
    async run({ once, elsewhere, gate }) {
      const claim = claimOf(newKey());
      const first = gate();
      const running = copy(once(claim, first.work));
      await first.begun(running);
      const since = performance.now();
      assert.equal(await elsewhere(claim, never), 'busy');
      assert.ok(performance.now() - since < ANSWER_BY, 'it waited far longer than a second');
      first.open();
      assert.equal(await running, 'ran');
      assert.equal(await elsewhere(claim, never), 'already');
    },
  },
  {
    name: 'a copy with another fingerprint runs nothing while the first is running',
    async run({ once, elsewhere, gate }) {
      const key = newKey();
      const first = gate();
      const running = copy(once(claimOf(key), first.work));
      await first.begun(running);
      const other = copy(elsewhere(claimOf(key, { fingerprint: OTHER_FACTS }), never));
      first.open();
      assert.equal(await running, 'ran');
      assert.ok(['busy', 'conflict'].includes(await other));
    },
  },
  {
    name: 'a copy that waited for a failing first copy takes over or answers busy, never already',
    async run({ once, elsewhere, gate }) {
      const claim = claimOf(newKey());
      const first = gate();
      const failing = copy(once(claim, () => first.work().then(refuse)));
      await first.begun(failing);
      let runs = 0;
      const second = copy(elsewhere(claim, async () => void runs++));
      first.open();
      await assert.rejects(failing, (error) => error === refusal);
      assert.deepEqual(await second, runs === 1 ? 'ran' : 'busy');
    },
  },
  {
    name: '64 simultaneous copies run the handler once, and none is acknowledged before it is done',
    async run({ once, elsewhere }) {
      const key = newKey();
      let runs = 0;
      let done = false;
      const work = async (): Promise<void> => {
        runs++;
        await new Promise(setImmediate);
        done = true;
      };
      const deliver = async (_: unknown, copy: number) => {
        const outcome = await (copy % 2 === 0 ? once : elsewhere)(claimOf(key), work);
        if (outcome !== 'busy') assert.equal(done, true);
        return outcome;
      };
      let answers = await Promise.all(Array.from({ length: 64 }, deliver));
      // A machine that is busy for a second may have no connection for any of them.
      for (let tries = 1; runs === 0 && tries < MOST_TRIES; tries++) {
        answers = await Promise.all(Array.from({ length: 64 }, deliver));
      }
      assert.deepEqual([runs, count(answers, 'ran')], [1, 1]);
      assert.equal(count(answers, 'already') + count(answers, 'busy'), 63);
      assert.equal(await once(claimOf(key), never), 'already');
    },
  },
  {
    name: '64 simultaneous copies of which the first runs fail succeed exactly once when redelivered',
    async run({ once, elsewhere }) {
      const key = newKey();
      let attempts = 0;
      let effects = 0;
      const work = async (): Promise<void> => {
        if (++attempts <= 5) throw refusal;
        effects++;
      };
      const deliver = (_: unknown, copy: number) =>
        untilSettled(() => (copy % 2 === 0 ? once : elsewhere)(claimOf(key), work));
      const answers = await Promise.all(Array.from({ length: 64 }, deliver));
      assert.deepEqual([effects, count(answers, 'ran'), count(answers, 'already')], [1, 1, 63]);
    },
  },
  {
    name: 'many keys with several copies each run once each',
    async run({ once, elsewhere }) {
      const runs = new Map<string, number>();
      const keys = Array.from({ length: 12 }, newKey);
      const deliver = (key: string, copy: number) =>
        untilSettled(() =>
          (copy % 2 === 0 ? once : elsewhere)(claimOf(key), async () => void runs.set(key, (runs.get(key) ?? 0) + 1)),
        );
      await Promise.all(keys.flatMap((key) => [0, 1, 2, 3].map((copy) => deliver(key, copy))));
      assert.deepEqual(
        [...runs.values()],
        keys.map(() => 1),
      );
    },
  },
  {
    name: 'a running handler does not hold up another key',
    parallel: true,
    async run({ once, elsewhere, gate }) {
      const first = gate();
      const running = copy(once(claimOf(newKey()), first.work));
      await first.begun(running);
      assert.equal(await elsewhere(claimOf(newKey(), { fingerprint: FACTS }), nothing), 'ran');
      first.open();
      assert.equal(await running, 'ran');
    },
  },
];
