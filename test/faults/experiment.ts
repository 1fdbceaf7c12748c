import type { DurableStore } from './config.js';
import type { Delivered } from './driver.js';
import type { Audit } from './ledger.js';
import type { World } from './world.js';

/** What must hold for a figure. */
export interface Bound {
  text: string;
  holds(value: number): boolean;
}

export interface Figure {
  name: string;
  value: number;
  bound?: Bound;
}

export interface Experiment {
  /** `--only` finds it by any part of it. */
  name: string;
  /** The databases it needs. */
  needs: DurableStore[];
  /** It waits more than it works, and bounds no time: those after it in the list run beside it. */
  waits?: boolean;
  run(world: World, scale: Scale): Promise<Figure[]>;
}

/**
 * How much of everything. Both tables have the same experiments, and bounds that ask for the same: no fault may do harm, and
 * all faults must have happened. An experiment is over when it has counted what it needs, however long that takes.
 */
export type Scale = 'short' | 'full';

export const figure = (name: string, value: number, bound?: Bound): Figure => ({
  name,
  value,
  ...(bound && { bound }),
});

export const exactly = (wanted: number): Bound => ({ text: `must be ${wanted}`, holds: (value) => value === wanted });
export const atLeast = (least: number): Bound => ({ text: `at least ${least}`, holds: (value) => value >= least });
export const atMost = (most: number): Bound => ({ text: `at most ${most}`, holds: (value) => value <= most });

export const isMet = ({ value, bound }: Figure): boolean => bound === undefined || bound.holds(value);

/** What holds for every delivery, whatever died meanwhile. */
export const exactlyOnce = ({ lost, doubled }: Audit, { sent, early, unacknowledged }: Delivered): Figure[] => [
  figure('notifications', sent),
  figure('lost', lost, exactly(0)),
  figure('doubled', doubled, exactly(0)),
  figure('early successes', early, exactly(0)),
  figure('unacknowledged', unacknowledged.length, exactly(0)),
];

/** Numbers of orders, each beginning with `prefix`. */
export const ordersNamed = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(5, '0')}`);

export const STORES: DurableStore[] = ['postgres', 'mariadb', 'redis'];
