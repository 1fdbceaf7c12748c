import assert from 'node:assert/strict';
import {
  claimOf,
  copy,
  never,
  newKey,
  nothing,
  type OnceCase,
  OTHER_FACTS,
  refusal,
  refuse,
  untilSettled,
} from './once-case.js';
import { copyCases } from './once-copy-cases.js';
import { keyCases } from './once-key-cases.js';

/** What holds for every store. */
export const commonCases = <Tx>(): OnceCase<Tx>[] => [
  ...outcomes<Tx>(),
  ...failures<Tx>(),
  ...signals<Tx>(),
  ...copyCases<Tx>(),
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
    async run({ once, gate }) {
      const first = gate();
      let settled = false;
      const running = copy(
        once(claimOf(newKey()), first.work).finally(() => {
          settled = true;
        }),
      );
      await first.begun(running);
      await new Promise(setImmediate);
      assert.equal(settled, false);
      first.open();
      assert.equal(await running, 'ran');
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
    async run({ once, elsewhere, gate }) {
      const key = newKey();
      const first = gate();
      const running = copy(once(claimOf(key), () => first.work().then(refuse)));
      await first.begun(running);
      const caller = new AbortController();
      const waiting = copy(elsewhere(claimOf(key, { signal: caller.signal }), never));
      caller.abort();
      assert.equal(await waiting, 'busy');
      first.open();
      await assert.rejects(running, (error) => error === refusal);
      assert.equal(await untilSettled(() => once(claimOf(key), nothing)), 'ran');
    },
  },
  {
    name: 'work that has begun goes on when its caller gives up, and is remembered',
    async run({ once, gate }) {
      const key = newKey();
      const caller = new AbortController();
      const first = gate();
      const running = copy(once(claimOf(key, { signal: caller.signal }), first.work));
      await first.begun(running);
      caller.abort();
      first.open();
      assert.equal(await running, 'ran');
      assert.equal(await once(claimOf(key), never), 'already');
    },
  },
];
