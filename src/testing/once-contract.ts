import type { Once } from '../once/once.js';
import { boolean, func, type Rules, readOptions, withDefault } from '../util/options.js';
import { type Gate, gate } from './once-case.js';
import { commonCases } from './once-cases.js';
import { leaseCases } from './once-lease-cases.js';
import { statementCases } from './once-statement-cases.js';
import type { OnceSubject } from './once-subject.js';
import { transactionCases } from './once-transaction-cases.js';

/** Options of {@link onceContract} and {@link describeOnce}. */
export interface OnceContractOptions<Tx> {
  /**
   * Returns a store that is ready for use. It is called for every case, and may return a store with
   * the records of earlier cases.
   */
  create(): Once<Tx> | OnceSubject<Tx> | Promise<Once<Tx> | OnceSubject<Tx>>;
  /** Also runs the cases about one transaction, which need `effects`. @default false */
  transactional?: boolean;
  /**
   * Also runs the cases about handlers that forget to write. For a store that watches its
   * statements (`watchStatements`).
   *
   * @default false
   */
  countsStatements?: boolean;
  /** Also runs the cases about leases and fences, which need `leases`. @default false */
  leased?: boolean;
  /**
   * `false` for a store with a single connection, where one running handler delays every other key.
   *
   * @default true
   */
  parallel?: boolean;
}

const RULES = {
  create: func<OnceContractOptions<never>['create']>('() => Once'),
  transactional: withDefault(boolean, false),
  countsStatements: withDefault(boolean, false),
  leased: withDefault(boolean, false),
  parallel: withDefault(boolean, true),
} satisfies Rules<OnceContractOptions<never>>;

/**
 * One requirement of a store. `run` rejects with an `AssertionError` when the store does not meet
 * it.
 */
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
 * Returns the contract of `once` as cases for any test runner. Each case opens a store of its own.
 * A store that passes runs each effect once, however its copies interleave. The suite cannot show
 * what a power failure does: that depends on the database.
 *
 * @throws {TypeError} for a wrong option
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
 * Declares the contract as one suite. With the globals of Jest or Vitest the third argument can be
 * left out.
 *
 * @throws {TypeError} for a wrong option, and without a test runner
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
