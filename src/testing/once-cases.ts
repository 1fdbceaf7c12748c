import assert from 'node:assert/strict';
import { claimOf, count, FACTS, gate, newKey, type OnceCase, OTHER_FACTS, untilSettled } from './once-case.js';
import { keyCases } from './once-key-cases.js';

const never = async (): Promise<void> => assert.fail('the handler ran');
const nothing = async (): Promise<void> => {};
const refusal = new Error('the handler refuses');
const refuse = async (): Promise<void> => {
  throw refusal;
};

/** What holds for every store. */
export const commonCases = <Tx>(): OnceCase<Tx>[] => [
  ...outcomes<Tx>(),
  ...failures<Tx>(),
  ...signals<Tx>(),
  ...copies<Tx>(),
  ...keyCases<Tx>(),
];

const outcomes = <Tx>(): OnceCase<Tx>[] => [
  {
    name: 'a new key runs the handler and answers ran',
    async run({ once }) {
      let runs = 0;
      const outcome = await once(claimOf(newKey()), async () => void runs++);
      assert.deepEqual([outcome, runs], ['ran', 1]);
    },
  },
  {
    name: 'ran is answered only after the handler has settled',
    async run({ once }) {
      const { work, began, open } = gate();
      let settled = false;
      const first = once(claimOf(newKey()), work).finally(() => {
        settled = true;
      });
      await began;
      await new Promise(setImmediate);
      assert.equal(settled, false);
      open();
      assert.equal(await first, 'ran');
    },
  },
  {
    name: 'a key that is done answers already and runs nothing',
    async run({ once }) {
      const claim = claimOf(newKey());
      await once(claim, nothing);
      assert.equal(await once(claim, never), 'already');
      assert.equal(await once(claim, never), 'already');
    },
  },
  {
    name: 'what one process has done is already done for another',
    async run({ once, elsewhere }) {
      const claim = claimOf(newKey());
      await once(claim, nothing);
      assert.equal(await elsewhere(claim, never), 'already');
    },
  },
  {
    name: 'a key that is done with another fingerprint answers conflict and runs nothing',
    async run({ once }) {
      const key = newKey();
      await once(claimOf(key), nothing);
      assert.equal(await once(claimOf(key, { fingerprint: OTHER_FACTS }), never), 'conflict');
    },
  },
  {
    name: 'a conflict leaves the first fingerprint in place',
    async run({ once }) {
      const key = newKey();
      await once(claimOf(key), nothing);
      await once(claimOf(key, { fingerprint: OTHER_FACTS }), never);
      assert.equal(await once(claimOf(key), never), 'already');
    },
  },
  {
    name: 'fingerprints are compared byte for byte',
    async run({ once }) {
      const key = newKey();
      await once(claimOf(key, { fingerprint: 'Ab|1|CNY' }), nothing);
      for (const fingerprint of ['ab|1|CNY', 'Ab|1|CNY ', 'Ab|01|CNY', 'Ab|1|cny']) {
        assert.equal(await once(claimOf(key, { fingerprint }), never), 'conflict', fingerprint);
      }
    },
  },
];

const failures = <Tx>(): OnceCase<Tx>[] => [
  {
    name: 'what the handler throws is rethrown as it is',
    async run({ once }) {
      await assert.rejects(once(claimOf(newKey()), refuse), (error) => error === refusal);
    },
  },
  {
    name: 'a thrown value that is no Error is rethrown as it is',
    async run({ once }) {
      const thrown = { refused: true };
      const failing = once(claimOf(newKey()), () => Promise.reject(thrown));
      await assert.rejects(failing, (error) => error === thrown);
    },
  },
  {
    name: 'a handler that throws before it returns a promise is a failure like any other',
    async run({ once }) {
      const claim = claimOf(newKey());
      const failing = once(claim, () => {
        throw refusal;
      });
      await assert.rejects(failing, (error) => error === refusal);
      assert.equal(await once(claim, nothing), 'ran');
    },
  },
  {
    name: 'after a failure the next copy runs the handler at once',
    async run({ once, elsewhere }) {
      const claim = claimOf(newKey());
      await assert.rejects(once(claim, refuse));
      assert.equal(await elsewhere(claim, nothing), 'ran');
    },
  },
  {
    name: 'failure after failure is not remembered as done',
    async run({ once }) {
      const claim = claimOf(newKey());
      for (let copy = 0; copy < 3; copy++) await assert.rejects(once(claim, refuse), (error) => error === refusal);
      assert.equal(await once(claim, nothing), 'ran');
      assert.equal(await once(claim, never), 'already');
    },
  },
  {
    name: 'a failure does not hold the key for its fingerprint',
    async run({ once }) {
      const key = newKey();
      await assert.rejects(once(claimOf(key), refuse));
      assert.equal(await once(claimOf(key, { fingerprint: OTHER_FACTS }), nothing), 'ran');
      assert.equal(await once(claimOf(key), never), 'conflict');
    },
  },
];

const signals = <Tx>(): OnceCase<Tx>[] => [
  {
    name: 'a caller who has given up before the start runs nothing and leaves nothing',
    async run({ once }) {
      const key = newKey();
      assert.equal(await once(claimOf(key, { signal: AbortSignal.abort() }), never), 'busy');
      assert.equal(await once(claimOf(key), nothing), 'ran');
    },
  },
  {
    name: 'a caller who gives up while waiting for a first copy runs nothing, then or later',
    async run({ once, elsewhere }) {
      const key = newKey();
      const first = gate();
      const running = once(claimOf(key), () => first.work().then(refuse));
      await first.began;
      const caller = new AbortController();
      const waiting = elsewhere(claimOf(key, { signal: caller.signal }), never);
      caller.abort();
      assert.equal(await waiting, 'busy');
      first.open();
      await assert.rejects(running, (error) => error === refusal);
      assert.equal(await untilSettled(() => once(claimOf(key), nothing)), 'ran');
    },
  },
  {
    name: 'work that has begun goes on when its caller gives up, and is remembered',
    async run({ once }) {
      const key = newKey();
      const caller = new AbortController();
      const { work, began, open } = gate();
      const running = once(claimOf(key, { signal: caller.signal }), work);
      await began;
      caller.abort();
      open();
      assert.equal(await running, 'ran');
      assert.equal(await once(claimOf(key), never), 'already');
    },
  },
];

const copies = <Tx>(): OnceCase<Tx>[] => [
  {
    name: 'a second copy waits for the first and answers already, not before the first is done',
    async run({ once, elsewhere }) {
      const claim = claimOf(newKey());
      const first = gate();
      const running = once(claim, first.work);
      await first.began;
      let answered = false;
      const second = elsewhere(claim, never).finally(() => {
        answered = true;
      });
      await new Promise(setImmediate);
      assert.equal(answered, false);
      first.open();
      assert.deepEqual(await Promise.all([running, second]), ['ran', 'already']);
    },
  },
  {
    name: 'a second copy waits about a second at most, answers busy, and runs nothing',
    async run({ once, elsewhere }) {
      const claim = claimOf(newKey());
      const first = gate();
      const running = once(claim, first.work);
      await first.began;
      const since = performance.now();
      assert.equal(await elsewhere(claim, never), 'busy');
      assert.ok(performance.now() - since < 2_500, 'it waited far longer than a second');
      first.open();
      assert.equal(await running, 'ran');
      assert.equal(await elsewhere(claim, never), 'already');
    },
  },
  {
    name: 'a copy with another fingerprint runs nothing while the first is running',
    async run({ once, elsewhere }) {
      const key = newKey();
      const first = gate();
      const running = once(claimOf(key), first.work);
      await first.began;
      const other = elsewhere(claimOf(key, { fingerprint: OTHER_FACTS }), never);
      first.open();
      assert.equal(await running, 'ran');
      assert.ok(['busy', 'conflict'].includes(await other));
    },
  },
  {
    name: 'a copy that waited for a failing first copy takes over or answers busy, never already',
    async run({ once, elsewhere }) {
      const claim = claimOf(newKey());
      const first = gate();
      const failing = once(claim, () => first.work().then(refuse));
      await first.began;
      let runs = 0;
      const second = elsewhere(claim, async () => void runs++);
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
      const answers = await Promise.all(Array.from({ length: 64 }, deliver));
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
    async run({ once, elsewhere }) {
      const first = gate();
      const running = once(claimOf(newKey()), first.work);
      await first.began;
      assert.equal(await elsewhere(claimOf(newKey(), { fingerprint: FACTS }), nothing), 'ran');
      first.open();
      assert.equal(await running, 'ran');
    },
  },
];
