/** The simulator's time: the real time plus what it was advanced by. */
export interface Clock {
  /** Unix milliseconds, as `Date.now()`. It can be passed on as a function: `now: clock.now`. */
  now(): number;
  /**
   * Moves the time forward. Each timer that becomes due is run in order, at its own time, and
   * awaited, so that a day of retries passes as fast as the receiver answers.
   *
   * @param duration milliseconds
   * @throws {TypeError} when the duration is negative or not a number
   */
  advance(duration: number): Promise<void>;
  /** Runs `task` at a time in Unix milliseconds. Returns a function that cancels it. */
  at(time: number, task: () => void | Promise<void>): () => void;
  /** Runs `task` after this many milliseconds. Returns a function that cancels it. */
  after(duration: number, task: () => void | Promise<void>): () => void;
  /** Cancels all timers. */
  stop(): void;
}

type Task = () => void | Promise<void>;

interface Timer {
  due: number;
  task: Task;
}

/** The longest delay that `setTimeout` takes. */
const LONGEST = 2 ** 31 - 1;

export function createClock(real: () => number = Date.now): Clock {
  let offset = 0;
  let timers: Timer[] = [];
  let wake: NodeJS.Timeout | undefined;
  let advancing: Promise<void> = Promise.resolve();
  let moving = 0;
  const now = (): number => real() + offset;

  const add = (due: number, task: Task): (() => void) => {
    const timer = { due, task };
    timers.push(timer);
    arm();
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };

  const takeDue = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.due <= until && (!first || timer.due < first.due)) first = timer;
    }
    if (first) timers = timers.filter((timer) => timer !== first);
    return first;
  };

  const runDue = (): void => {
    for (let timer = takeDue(now()); timer; timer = takeDue(now())) void timer.task();
    arm();
  };

  const arm = (): void => {
    clearTimeout(wake);
    if (moving > 0 || timers.length === 0) return;
    const wait = Math.min(...timers.map(({ due }) => due)) - now();
    wake = setTimeout(runDue, Math.min(Math.max(wait, 0), LONGEST));
    wake.unref();
  };

  const move = async (duration: number): Promise<void> => {
    moving++;
    try {
      const target = now() + duration;
      for (let timer = takeDue(target); timer; timer = takeDue(target)) {
        offset += Math.max(timer.due - now(), 0);
        await timer.task();
      }
      offset += Math.max(target - now(), 0);
    } finally {
      moving--;
      arm();
    }
  };

  return {
    now,
    advance: (duration) => {
      if (!(Number.isFinite(duration) && duration >= 0)) {
        throw new TypeError(
          `"duration" must be milliseconds, 0 or more, not ${duration}: time does not go back`,
        );
      }
      advancing = advancing.catch(() => {}).then(() => move(duration));
      return advancing;
    },
    at: add,
    after: (duration, task) => add(now() + duration, task),
    stop: () => {
      timers = [];
      clearTimeout(wake);
    },
  };
}
