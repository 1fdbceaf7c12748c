import { setTimeout as delay } from 'node:timers/promises';

/** Something that goes on until it is stopped; `stop` resolves once it rests. */
export interface Running {
  stop(): Promise<void>;
}

/** Runs `job` for ever, `pause` milliseconds apart, one run at a time. A run that fails is logged, and the next one tries again. */
export function repeat(name: string, pause: number, job: (signal: AbortSignal) => Promise<unknown>): Running {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await job(signal).catch((error: unknown) => console.error(`${name}: ${String(error)}`));
      await delay(pause, undefined, { signal }).catch(() => {});
    }
  };
  const rests = loop();
  return {
    stop() {
      stopping.abort();
      return rests;
    },
  };
}
