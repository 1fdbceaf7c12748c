import assert from 'node:assert/strict';
import { claimOf, newKey, nothing, type OnceCase } from './once-case.js';
import { effectsOf } from './once-transaction-cases.js';

const isHandlerFailed = (error: unknown): boolean => (error as { code?: unknown }).code === 'ERR_WXPAY_HANDLER_FAILED';

/** What holds for a store that watches the statements of its handlers (`countsStatements`). */
export const statementCases = <Tx>(): OnceCase<Tx>[] => [
  {
    name: 'a handler that ran no statement is refused where the claim requires one, and the next copy runs',
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      const claim = claimOf(key, { requiresStatement: true });
      await assert.rejects(subject.once(claim, nothing), isHandlerFailed);
      assert.equal(await subject.elsewhere(claim, async (tx) => void (await effects.write(tx, key))), 'ran');
      assert.equal(await effects.count(key), 1);
    },
  },
  {
    name: 'a handler whose statement began after it had returned is refused',
    async run(subject) {
      const effects = effectsOf(subject);
      const key = newKey();
      let late: Promise<unknown> = Promise.resolve();
      const forgetful = subject.once(claimOf(key, { requiresStatement: true }), async (tx) => {
        late = new Promise(setImmediate).then(() => effects.write(tx, key)).catch(() => {});
      });
      await assert.rejects(forgetful, isHandlerFailed);
      await late;
      assert.equal(await effects.count(key), 0);
    },
  },
  {
    name: 'a handler that ran no statement is done where the claim requires none',
    async run({ once }) {
      assert.equal(await once(claimOf(newKey()), nothing), 'ran');
    },
  },
];
