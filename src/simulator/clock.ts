import { type Task, Timers } from './timers.js';

/** The simulator's time: the real time plus what it was moved by. */
export interface Clock {
  /** Unix milliseconds, as `Date.now()`. It can be passed on as a function: `now: clock.now`. */
  now(): number;
  /** The real time in Unix milliseconds, which nothing here moves. */
  real(): number;
  /**
   * Moves the time forward. Each timer that becomes due is run in order, at its own time, and
   * awaited, so that a day of retries passes as fast as the receiver answers.
   *
   * @param duration milliseconds
   * @throws {TypeError} when the duration is negative or not a number
   */
  advance(duration: number): Promise<void>;
  /**
   * Moves the time to Unix milliseconds: forward as `advance` does. Back, nothing is run, and what
   * waits for its time waits as long as it would have.
   *
   * @throws {TypeError} when the time is not a number
   */
  set(time: number): Promise<void>;
  /** Moves the time to the real time, as `set` does. */
  reset(): Promise<void>;
  /** Runs `task` at a time in Unix milliseconds. Returns a function that cancels it. */
  at(time: number, task: () => void | Promise<void>): () => void;
  /** Runs `task` after this many milliseconds. Returns a function that cancels it. */
  after(duration: number, task: () => void | Promise<void>): () => void;
  /** Cancels all timers. */
  stop(): void;
}

interface ClockOptions {
  /** @default Date.now */
  real?: (() => number) | undefined;
  /** Milliseconds by which the time differs from the real one. */
  offset?: number;
  /** Is called when the time was moved. */
  onMove?: () => void;
}

/** The longest delay that `setTimeout` takes. */
const LONGEST = 2 ** 31 - 1;

export function createClock({
  real = Date.now,
  offset = 0,
  onMove = () => {},
}: ClockOptions = {}): Clock {
  const timers = new Timers();
  let wake: NodeJS.Timeout | undefined;
  let wakesFor: number | undefined;
  let moves: Promise<void> = Promise.resolve();
  let moving = 0;
  const now = (): number => real() + offset;

  const add = (due: number, task: Task): (() => void) => {
    const cancel = timers.add(due, task);
    arm();
    return cancel;
  };

  const runDue = (): void => {
    wakesFor = undefined;
    for (let timer = timers.takeDue(now()); timer; timer = timers.takeDue(now())) {
      void timer.task();
    }
    arm();
  };

  const arm = (): void => {
    const { first } = timers;
    if (moving > 0 || first === wakesFor) return;
    clearTimeout(wake);
    wakesFor = first;
    if (first === undefined) return;
    wake = setTimeout(runDue, Math.min(Math.max(first - now(), 0), LONGEST));
    wake.unref();
  };

  const forward = async (target: number): Promise<void> => {
    for (let timer = timers.takeDue(target); timer; timer = timers.takeDue(target)) {
      offset += Math.max(timer.due - now(), 0);
      await timer.task();
    }
    offset += Math.max(target - now(), 0);
  };

  const back = (target: number): void => {
    const difference = target - now();
    offset += difference;
    timers.shift(difference);
  };

  /** Moves one after another. `targetOf` is asked when it is the turn of this one. */
  const move = (targetOf: () => number): Promise<void> => {
    const run = async (): Promise<void> => {
      moving++;
      clearTimeout(wake);
      try {
        const target = targetOf();
        if (target < now()) back(target);
        else await forward(target);
      } finally {
        moving--;
        wakesFor = undefined;
        arm();
        onMove();
      }
    };
    moves = moves.catch(() => {}).then(run);
    return moves;
  };

  return {
    now,
    real,
    advance: (duration) => {
      if (!(Number.isFinite(duration) && duration >= 0)) {
        throw new TypeError(
          `"duration" must be milliseconds, 0 or more, not ${duration}: time does not go back`,
        );
      }
      return move(() => now() + duration);
    },
    set: (time) => {
      if (!Number.isFinite(time)) {
        throw new TypeError(`"time" must be Unix milliseconds, not ${time}`);
      }
      return move(() => time);
    },
    reset: async () => {
      await move(real);
      // The real time has passed on in the meantime by a fraction of a millisecond.
      offset = 0;
    },
    at: add,
    after: (duration, task) => add(now() + duration, task),
    stop: () => {
      timers.clear();
      clearTimeout(wake);
    },
  };
}
