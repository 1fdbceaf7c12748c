type Run<Args extends unknown[], T> = (...args: Args) => Promise<T>;

/**
 * Records which calls have not settled. Work goes on after its caller has stopped waiting, and a
 * shutdown must wait for it.
 */
export function trackInFlight(): {
  tracked<Args extends unknown[], T>(run: Run<Args, T>): Run<Args, T>;
  /** Resolves when no call is running. */
  idle(): Promise<void>;
} {
  const inFlight = new Set<Promise<unknown>>();
  return {
    tracked:
      (run) =>
      (...args) => {
        const running = run(...args);
        const settled = running.then(done, done);
        inFlight.add(settled);
        function done(): void {
          inFlight.delete(settled);
        }
        return running;
      },
    async idle() {
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}
