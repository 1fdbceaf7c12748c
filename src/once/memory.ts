import { integer, type Rules, readOptions, withDefault } from '../util/options.js';
import { TIMED_OUT, withTimeout } from '../util/with-timeout.js';
import { LOCK_WAIT } from './lock-wait.js';
import type { Claim, Once, OnceOutcome } from './once.js';

/** Options of {@link memoryOnce}. */
export interface MemoryOnceOptions {
  /**
   * How many finished keys are remembered. The oldest are forgotten first, and keys in progress
   * never.
   *
   * @default 10_000
   */
  max?: number;
}

const RULES = { max: withDefault(integer({ least: 1 }), 10_000) } satisfies Rules<MemoryOnceOptions>;

let warned = false;

/**
 * A `once` in memory, which forgets everything when the process ends: for tests and for development
 * in a single process. It follows the rules of the other stores within its process, and gives the
 * handler no transaction (`tx` is `undefined`).
 *
 * With NODE_ENV=production it emits a process warning, because after a restart, or in a second
 * process, a payment could be fulfilled twice.
 *
 * @throws {TypeError} for a wrong option
 * @example
 * wxNotify({ wxpay, findOrder, once: memoryOnce() });
 */
export function memoryOnce(options: MemoryOnceOptions = {}): Once<undefined> {
  const { max } = readOptions('memoryOnce', options, RULES);
  warnInProduction();
  const running = new Map<string, Promise<void>>();
  const done = new Map<string, string>();

  const remember = (key: string, fingerprint: string): void => {
    done.set(key, fingerprint);
    if (done.size > max) done.delete(done.keys().next().value as string);
  };

  return async function memoryOnce({ key, fingerprint, signal }: Claim, work): Promise<OnceOutcome> {
    const giveUpAt = performance.now() + LOCK_WAIT;
    for (let first = running.get(key); first !== undefined; first = running.get(key)) {
      if ((await withTimeout(first, giveUpAt - performance.now(), signal)) === TIMED_OUT) return 'busy';
    }
    if (signal.aborted) return 'busy';
    const stored = done.get(key);
    if (stored !== undefined) return stored === fingerprint ? 'already' : 'conflict';

    const { promise, settle } = settleable();
    running.set(key, promise);
    try {
      await work(undefined);
      remember(key, fingerprint);
      return 'ran';
    } finally {
      running.delete(key);
      settle();
    }
  };
}

function settleable(): { promise: Promise<void>; settle: () => void } {
  let settle = (): void => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

function warnInProduction(): void {
  if (warned || process.env.NODE_ENV !== 'production') return;
  warned = true;
  process.emitWarning(
    'memoryOnce forgets every payment when the process ends; use postgresOnce, mysqlOnce or redisOnce',
    {
      code: 'WXPAY_MEMORY_ONCE',
      type: 'WxpayWarning',
    },
  );
}
