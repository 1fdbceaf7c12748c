/** A clock that stands still: a simulator that has it for `now` moves only when it is advanced, however slow the machine is. */
export function stoppedClock(): () => number {
  const now = Date.now();
  return () => now;
}
