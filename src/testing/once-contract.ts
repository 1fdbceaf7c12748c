import type { Once } from '../once/once.js';
import { boolean, func, type Rules, readOptions, withDefault } from '../util/options.js';
import { type Gate, gate } from './once-case.js';
import { commonCases } from './once-cases.js';
import { leaseCases } from './once-lease-cases.js';
import { statementCases } from './once-statement-cases.js';
import type { OnceSubject } from './once-subject.js';
import { transactionCases } from './once-transaction-cases.js';

export interface OnceContractOptions<Tx> {
  /** A store ready for use; called once for every case. What earlier cases left in it does not matter. */
  create(): Once<Tx> | OnceSubject<Tx> | Promise<Once<Tx> | OnceSubject<Tx>>;
  /** `effects` is given: the cases about one transaction run too. @default false */
  transactional?: boolean;
  /** The store watches its statements (`watchStatements`): the cases about handlers that forgot to write run too. @default false */
  countsStatements?: boolean;
  /** `leases` is given: the cases about leases and fences run too. @default false */
  leased?: boolean;
  /** `false` for a store with a single connection, where one running handler holds up every key. @default true */
  parallel?: boolean;
}

const RULES = {
  create: func<OnceContractOptions<never>['create']>('() => Once'),
  transactional: withDefault(boolean, false),
  countsStatements: withDefault(boolean, false),
  leased: withDefault(boolean, false),
  parallel: withDefault(boolean, true),
} satisfies Rules<OnceContractOptions<never>>;

/** One statement about a store. `run` rejects with an `AssertionError` when it does not hold. */
export interface ContractCase {
  name: string;
  run(): Promise<void>;
}

/** `describe` and `test` of Jest, Vitest or node:test. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
}

/**
 * The contract of `once` as data: named cases, each opening its own store, for any test runner. A store that passes runs
 * each effect once however its copies interleave. It proves nothing about power loss: that is the database's word.
 *
 * @example
 * for (const { name, run } of onceContract({ create: () => prismaOnce(prisma) })) test(name, run);
 */
export function onceContract<Tx>(options: OnceContractOptions<Tx>): ContractCase[] {
  const { create, transactional, countsStatements, leased, parallel } = readOptions('onceContract', options, RULES);
  const cases = [
    ...commonCases<Tx>(),
    ...(transactional ? transactionCases<Tx>() : []),
    ...(countsStatements ? statementCases<Tx>() : []),
    ...(leased ? leaseCases<Tx>() : []),
  ].filter((each) => parallel || !each.parallel);
  return cases.map(({ name, run }) => ({
    name,
    async run() {
      const made = (await create()) as Once<Tx> | OnceSubject<Tx>;
      const subject: OnceSubject<Tx> = typeof made === 'function' ? { once: made } : made;
      const gates: Gate[] = [];
      const newGate = (): Gate => {
        const made = gate();
        gates.push(made);
        return made;
      };
      try {
        await run({ elsewhere: subject.once, ...subject, gate: newGate });
      } finally {
        for (const each of gates) each.open();
        await subject.close?.();
      }
    },
  }));
}

/**
 * Declares the contract as one suite. With Jest's or Vitest's globals the third argument can be left out.
 *
 * @example
 * describeOnce('memory', memoryOnce);
 * @example
 * import { describe, test } from 'node:test';
 * describeOnce('my store', { create, transactional: true }, { describe, test });
 */
export function describeOnce<Tx>(
  name: string,
  subject: OnceContractOptions<Tx> | OnceContractOptions<Tx>['create'],
  { describe, test }: TestRunner = globalThis as unknown as TestRunner,
): void {
  const options = typeof subject === 'function' ? { create: () => subject() } : subject;
  describe(`once: ${name}`, () => {
    for (const { name, run } of onceContract(options)) test(name, run);
  });
}
