/** Shares the result of a run with the callers that come while it is under way. */
export interface SingleFlight<Key, T> {
  /** Starts a run, or returns the run of the same key that is under way. */
  run(key: Key, start: () => Promise<T>): Promise<T>;
  isRunning(key: Key): boolean;
}

/**
 * Allows one run at a time for each key. After a run has settled, the next caller starts another.
 */
export function singleFlight<Key, T>(): SingleFlight<Key, T> {
  const underWay = new Map<Key, Promise<T>>();
  return {
    run(key, start) {
      const known = underWay.get(key);
      if (known) return known;
      const running = start().finally(() => underWay.delete(key));
      underWay.set(key, running);
      return running;
    },
    isRunning: (key) => underWay.has(key),
  };
}
