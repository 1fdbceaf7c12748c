import { checkNames, type Names } from '../core/names.js';
import type { InboxEntry } from '../once/inbox.js';
import { tell } from '../util/notify-listener.js';
import type { Settlement } from './types.js';

export interface WorkerOptions {
  /** Entries worked on at the same time. @default 4 */
  concurrency?: number;
  /** Milliseconds between two looks at an empty inbox. @default 1000 */
  pollEvery?: number;
  /** A try that failed (the next is scheduled), or an inbox that could not be read. */
  onError?(error: unknown): void;
  /** An entry whose last try failed: it waits in `inbox.dead()` for a person. */
  onDead?(entry: InboxEntry): void;
}

export interface Worker {
  /** Works until {@link Worker.stop}. */
  start(): void;
  /** Takes nothing more; resolves when what is under way has settled. */
  stop(): Promise<void>;
}

const NAMES: Names<WorkerOptions> = { concurrency: true, pollEvery: true, onError: true, onDead: true };

/**
 * Fulfils what `mode: 'persist-then-ack'` stored. Any number of workers, in any number of processes, may run side by side: each
 * entry is fulfilled once, through the same `once`; one whose process dies is tried again when its time has come; one that
 * failed too often waits in `inbox.dead()`.
 *
 * @throws TypeError for a settlement without an inbox, and for wrong options
 */
// biome-ignore lint/suspicious/noExplicitAny: whatever transaction and context the host's settlement has
export function createWorker(settlement: Settlement<any, any>, options: WorkerOptions = {}): Worker {
  const { concurrency = 4, pollEvery = 1000, onError, onDead } = options;
  checkNames('createWorker', options, NAMES);
  if (!settlement?.hasInbox)
    throw new TypeError(`createWorker takes a settlement with mode: 'persist-then-ack' and an "inbox"`);
  if (!(Number.isInteger(concurrency) && concurrency > 0))
    throw new TypeError('"concurrency" must be a whole number, at least 1');
  if (!(pollEvery > 0)) throw new TypeError('"pollEvery" must be milliseconds');
  let stopping: AbortController | undefined;
  let settled: Promise<unknown> = Promise.resolve();

  /** One entry after the other: a slow one holds up nobody else's. */
  async function lane(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const taken = await settlement
        .workOff({ limit: 1, ...(onError && { onError }), ...(onDead && { onDead }) })
        .catch((error) => {
          tell(onError, error);
          return 0;
        });
      if (taken === 0) await pause(pollEvery, signal);
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

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over, { once: true });
    function over(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    }
  });
