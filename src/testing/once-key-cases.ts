import assert from 'node:assert/strict';
import type { OnceOutcome } from '../once/once.js';
import { claimOf, never, newKey, nothing, type OnceCase } from './once-case.js';

/** What a key may hold, and that one key never answers for another. */
export const keyCases = <Tx>(): OnceCase<Tx>[] => [
  different('keys that differ in case only are two keys', (key) => [`${key}:a`, `${key}:A`]),
  different('keys that differ in a trailing blank only are two keys', (key) => [key, `${key} `]),
  different('a key and a longer key that begins with it are two keys', (key) => [key, `${key}-2`, `${key}:`]),
  different('keys that differ in how an accent is written are two keys', (key) => [
    `${key}é`,
    `${key}e\u0301`,
    `${key}e`,
  ]),
  different('keys that look like numbers or like other values are themselves', (key) => [
    key,
    `${key}.0`,
    `0${key}`,
    `+${key}`,
  ]),
  ...[`*|@-_`, `'"\`;--`, `%_\\{}[]()$1?:x`, '\r\n\t', '订单一号 🧧'].map((odd) =>
    different(`a key may hold ${JSON.stringify(odd)}`, (key) => [`${key}${odd}`, `${key}${odd}${odd}`]),
  ),
  different('a key of 200 bytes is told from one that differs in its last', (key) => [
    `${key.padEnd(199, 'x')}a`,
    `${key.padEnd(199, 'x')}b`,
  ]),
  {
    name: 'another key inside a handler is run once or answered busy, and does not hang',
    async run({ once, elsewhere }) {
      const [outer, inner] = [newKey(), newKey()];
      let runs = 0;
      let nested: OnceOutcome | undefined;
      const outcome = await once(claimOf(outer), async () => {
        nested = await elsewhere(claimOf(inner), async () => void runs++);
      });
      assert.equal(outcome, 'ran');
      assert.equal(nested, runs === 1 ? 'ran' : 'busy');
    },
  },
  {
    name: 'the same key inside its own handler is busy',
    async run({ once, elsewhere }) {
      const claim = claimOf(newKey());
      let nested: OnceOutcome | undefined;
      const outcome = await once(claim, async () => {
        nested = await elsewhere(claim, never);
      });
      assert.deepEqual([outcome, nested], ['ran', 'busy']);
    },
  },
];

function different<Tx>(name: string, keysFrom: (key: string) => string[]): OnceCase<Tx> {
  return {
    name,
    async run({ once }) {
      const keys = keysFrom(newKey());
      for (const key of keys) assert.equal(await once(claimOf(key), nothing), 'ran', JSON.stringify(key));
      for (const key of keys) assert.equal(await once(claimOf(key), never), 'already', JSON.stringify(key));
    },
  };
}
