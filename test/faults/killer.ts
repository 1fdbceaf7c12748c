import { setTimeout as sleep } from 'node:timers/promises';
import type { ShopServer } from './servers.js';

/** Counts faults as they happen, so that load can be spread over them, and what was acknowledged between them. */
export class Faults {
  #count = 0;
  #acknowledged = 0;
  readonly #waiting: { for: number; go: () => void }[] = [];
  #over = false;

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count++;
    this.#acknowledged = 0;
    this.#release();
  }

  /** One order is through. */
  acknowledged(): void {
    this.#acknowledged++;
  }

  /** Whether anything was acknowledged since the last fault: on a slow machine the next one must wait for that. */
  get progressed(): boolean {
    return this.#acknowledged > 0;
  }

  /** Nobody waits any more. */
  end(): void {
    this.#over = true;
    this.#release();
  }

  /** Resolves once there were so many. */
  reached(count: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ for: count, go });
      this.#release();
    });
  }

  #release(): void {
    for (const { for: count, go } of this.#waiting) if (this.#over || count <= this.#count) go();
    const left = this.#waiting.filter((each) => !this.#over && each.for > this.#count);
    this.#waiting.splice(0, this.#waiting.length, ...left);
  }
}

export interface Repeated {
  faults: Faults;
  stop(): Promise<void>;
}

/**
 * Calls `fault` at random distances (ms) until there were `wanted`, or until stopped; not before something was acknowledged since
 * the fault before it, however slow the machine is. `fault` answers whether there was one.
 */
export function repeatedly(wanted: number, [least, most]: [number, number], fault: () => boolean): Repeated {
  const faults = new Faults();
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (faults.count < wanted) {
      await sleep(least + Math.random() * (most - least), undefined, { signal: stopping.signal });
      if (faults.progressed && fault()) faults.add();
    }
  };
  const ended = run().catch(() => faults.end());
  return {
    faults,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/**
 * Kills a random server process every 300 to 500 ms, one that has something under way if there is one, and starts it again at once.
 * Never the last that is up: on a slow machine no process would be there to be killed in the middle of something.
 */
export const killing = (wanted: number, servers: ShopServer[]): Repeated =>
  repeatedly(wanted, [300, 500], () => {
    const up = servers.filter(({ connections }) => connections !== undefined);
    const working = up.filter(({ connections }) => (connections?.stats.running ?? 0) > 0);
    const victims = working.length > 0 ? working : up;
    const victim = victims[Math.floor(Math.random() * victims.length)];
    if (!victim || up.length < 2) return false;
    void victim.kill().then(() => victim.start().catch((error: Error) => console.error(error.message)));
    return true;
  });
