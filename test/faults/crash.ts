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

/** The header that asks for it: the point, and how many notifications shall stand there when the process dies. */
export const CRASH_HEADER = 'x-crash-at';

export const crashHeader = (point: Point, together: number): string => `${point} ${together}`;

const armed = new AsyncLocalStorage<string>();
const standing = new Map<string, number>();

/** Whatever `run` does may die at the point the header names. */
export const armedWith = <T>(header: string, run: () => T): T => armed.run(header, run);

/**
 * Where the notification asked for it, it stands still here; the last of those that shall stand here takes the process with it,
 * without a word to anybody. `undefined` everywhere else.
 */
export function crashAt(point: Point): Promise<never> | undefined {
  const [asked, together] = (armed.getStore() ?? '').split(' ');
  if (asked !== point) return undefined;
  const here = (standing.get(point) ?? 0) + 1;
  standing.set(point, here);
  if (here === Number(together)) process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}
