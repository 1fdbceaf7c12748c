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

/** The header that asks for it: the point, how many orders shall stand there when the process dies, and this one's number. */
export const CRASH_HEADER = 'x-crash-at';

export const crashHeader = (point: Point, together: number, out_trade_no: string): string =>
  `${point} ${together} ${out_trade_no}`;

const armed = new AsyncLocalStorage<string>();
const standing = new Set<string>();

/** Whatever `run` does may die at the point the header names. */
export const armedWith = <T>(header: string, run: () => T): T => armed.run(header, run);

/**
 * Where the notification asked for it, it stands still here; when all orders that shall stand here have come, the process kills
 * itself. A process without a header never dies here, and gets `undefined`.
 *
 * Orders are counted, not notifications: one that stood here until its deadline was refused, and is sent again.
 */
export function crashAt(point: Point): Promise<never> | undefined {
  const [asked, together, out_trade_no] = (armed.getStore() ?? '').split(' ');
  if (asked !== point || out_trade_no === undefined) return undefined;
  standing.add(out_trade_no);
  if (standing.size === Number(together)) process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}
