import type { InboxEntry } from '../once/inbox.js';
import { defined } from '../util/absent.js';
import { pause } from '../util/clock.js';
import { notifyListener } from '../util/notify-listener.js';
import { func, integer, optional, type Rules, readOptions, withDefault } from '../util/options.js';
import type { InboxSettlement } from './types.js';

/** Options of {@link createWorker}. */
export interface WorkerOptions {
  /** How many entries are worked on at the same time. @default 4 */
  concurrency?: number;
  /** Milliseconds between two looks at an empty inbox. @default 1000 */
  pollEvery?: number;
  /** Called when a try failed (the next one is scheduled), and when the inbox could not be read. */
  onError?(error: unknown): void;
  /**
   * Called for an entry that is not tried any more. It stays in `inbox.dead()` for a person to look
   * at.
   */
  onDead?(entry: InboxEntry): void;
}

/** What `createWorker` returns. */
export interface Worker {
  /** Works until {@link Worker.stop}. */
  start(): void;
  /** Takes no more entries, and resolves when those under way have settled. */
  stop(): Promise<void>;
}

const RULES = {
  concurrency: withDefault(integer({ least: 1 }), 4),
  pollEvery: withDefault(integer({ least: 1, unit: 'milliseconds' }), 1_000),
  onError: optional(func<NonNullable<WorkerOptions['onError']>>('(error) => void')),
  onDead: optional(func<NonNullable<WorkerOptions['onDead']>>('(entry) => void')),
} satisfies Rules<WorkerOptions>;

/**
 * Creates a worker that fulfils what a settlement with an `inbox` stored. Any number of workers may
 * run at the same time, in any number of processes: each entry is fulfilled once, through the same
 * `once`. An entry whose process dies is tried again at its next time. One that failed too often
 * stays in `inbox.dead()`.
 *
 * @throws {TypeError} for a settlement without an `inbox`, and for a wrong option
 * @example
 * const worker = createWorker(settlement, { concurrency: 4, onError: console.error });
 * worker.start();
 * process.once('SIGTERM', () => worker.stop());
 */
export function createWorker(settlement: InboxSettlement, options: WorkerOptions = {}): Worker {
  const { concurrency, pollEvery, onError, onDead } = readOptions('createWorker', options, RULES);
  if (typeof settlement?.processInbox !== 'function') {
    throw new TypeError('createWorker takes what createSettlement() returns for options with an "inbox"');
  }
  let stopping: AbortController | undefined;
  let settled: Promise<unknown> = Promise.resolve();

  /** Works on one entry after the other. A slow entry does not delay the entries of other lanes. */
  async function lane(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const taken = await processOne();
      if (taken === 0) await pause(pollEvery, signal);
    }
  }

  async function processOne(): Promise<number> {
    try {
      return await settlement.processInbox(defined({ limit: 1, onError, onDead }));
    } catch (error) {
      notifyListener(onError, error);
      return 0;
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: concurrency }, () => lane(signal)));
  }

  return {
    start() {
      if (stopping) return;
      stopping = new AbortController();
      settled = Promise.all([settled, run(stopping.signal)]);
    },
    async stop() {
      stopping?.abort();
      stopping = undefined;
      await settled;
    },
  };
}
