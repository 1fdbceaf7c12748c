import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a process may die between "received" and "acknowledged", in the order a notification passes them. */
export const POINTS = [
  'received',
  'verified',
  'matched',
  'claimed',
  'written',
  'committing',
  'committed',
  'answering',
] as const;

export type Point = (typeof POINTS)[number];

/** The header that asks for it. */
export const CRASH_HEADER = 'x-crash-at';

const armed = new AsyncLocalStorage<string>();

/** Whatever `run` does may die at `point`. */
export const armedWith = <T>(point: string, run: () => T): T => armed.run(point, run);

/** Dies here, without a word to anybody, when the notification asked for it. */
export function crashAt(point: Point): void {
  if (armed.getStore() !== point) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}
