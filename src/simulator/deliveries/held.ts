import { DAY } from '../../util/clock.js';
import type { Clock } from '../clock.js';

/** How long something waits at the longest. */
const LONGEST = DAY;

/** What is held back until something else happens with the same name, or for a day. */
export class Held {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hold(name: string, start: () => Promise<void>): void {
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting);
    const run = (): Promise<void> => {
      waiting.delete(run);
      cancel();
      return start();
    };
    const cancel = this.#clock.after(LONGEST, run);
    waiting.add(run);
  }

  release(name: string): void {
    const waiting = this.#waiting.get(name);
    this.#waiting.delete(name);
    for (const start of waiting ?? []) start();
  }
}
