/** The simulator's time: real time plus what was advanced. */
export interface Clock {
  /** Unix seconds. Bound: hand `clock.now` to the library's `now` option. */
  now(): number;
  /**
   * Moves time on and fires every timer that becomes due, in order, each at its own time and each awaited: a day of retries
   * passes as fast as the receiver answers.
   */
  advance(seconds: number): Promise<void>;
  /** Calls `fn` at that Unix time, in real time or when time is advanced; returns what cancels it. */
  at(time: number, fn: () => void | Promise<void>): () => void;
  /** Calls `fn` so many seconds from now. */
  after(seconds: number, fn: () => void | Promise<void>): () => void;
  /** Forgets all timers. */
  stop(): void;
}

interface Timer {
  due: number;
  fn: () => void | Promise<void>;
}

const LONGEST = 2 ** 31 - 1;

export function createClock(real: () => number = Date.now): Clock {
  let offset = 0;
  let timers: Timer[] = [];
  let wake: NodeJS.Timeout | undefined;
  let advancing: Promise<void> = Promise.resolve();
  let moving = 0;
  const time = (): number => real() + offset;

  const add = (due: number, fn: Timer['fn']): (() => void) => {
    const timer = { due, fn };
    timers.push(timer);
    arm();
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };

  const takeDue = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) if (timer.due <= until && (!first || timer.due < first.due)) first = timer;
    if (first) timers = timers.filter((timer) => timer !== first);
    return first;
  };

  const arm = (): void => {
    clearTimeout(wake);
    if (moving > 0 || timers.length === 0) return;
    const wait = Math.min(...timers.map(({ due }) => due)) - time();
    wake = setTimeout(
      () => {
        for (let timer = takeDue(time()); timer; timer = takeDue(time())) void timer.fn();
        arm();
      },
      Math.min(Math.max(wait, 0), LONGEST),
    );
    wake.unref();
  };

  const move = async (seconds: number): Promise<void> => {
    moving++;
    try {
      const target = time() + seconds * 1000;
      for (let timer = takeDue(target); timer; timer = takeDue(target)) {
        offset += Math.max(timer.due - time(), 0);
        await timer.fn();
      }
      offset += Math.max(target - time(), 0);
    } finally {
      moving--;
      arm();
    }
  };

  return {
    now: () => Math.floor(time() / 1000),
    advance: (seconds) => {
      if (!(Number.isFinite(seconds) && seconds >= 0)) {
        throw new TypeError('"seconds" must be a number of seconds, 0 or more: time does not go back');
      }
      advancing = advancing.catch(() => {}).then(() => move(seconds));
      return advancing;
    },
    at: (at, fn) => add(at * 1000, fn),
    after: (seconds, fn) => add(time() + seconds * 1000, fn),
    stop: () => {
      timers = [];
      clearTimeout(wake);
    },
  };
}
