import { z } from 'zod';
import type { ApiFault } from './api-faults.js';
import { checked } from './check.js';
import type { ValuesOf } from './field.js';
import type { NotifyFault } from './notify-faults.js';
import { apiFault, MAIN_SETTINGS, notifyFault, SETTING_GROUPS } from './settings.js';
import { createValues, resetValues } from './values.js';

/** Faults that apply once. */
export interface NextFaults {
  /** For the next attempt to deliver a notification. */
  notify?: NotifyFault;
  /** For the next call of a path, or of any path with `'*'`. */
  api?: Record<string, ApiFault>;
}

/** The schema of `NextFaults`. */
export const nextFaults = z.strictObject({
  notify: notifyFault.optional(),
  api: z.record(z.string(), apiFault).optional(),
}) as z.ZodType<NextFaults>;

type Groups = {
  readonly [Name in keyof typeof SETTING_GROUPS]: ValuesOf<(typeof SETTING_GROUPS)[Name]>;
};

/**
 * The scenarios that a test can ask for. An assigned value holds until it is changed or `clear()`
 * is called. A fault given to `next()` applies to one call or one delivery attempt and goes first.
 *
 * @throws {TypeError} for an unknown name or a value of the wrong form
 * @example sim.switches.notify = { duplicate: 64 };
 * @example sim.switches.api['/pay/unifiedorder'] = { latency: 300 };
 * @example sim.switches.next({ api: { '/pay/unifiedorder': { resetAfter: true } } });
 */
export interface Switches extends ValuesOf<typeof MAIN_SETTINGS>, Groups {
  /** Adds a fault for the next delivery attempt, or for the next call of a path. */
  next(faults: NextFaults): void;
  /** Sets everything back to its initial value. */
  clear(): void;
}

/** The switches, and the side that the simulator reads. */
export interface SwitchBoard extends Switches {
  /** The fault of the delivery attempt that starts now. */
  takeNotify(): NotifyFault;
  /** The fault of the call that starts now. `name` is the pattern that `path` matches. */
  takeApi(path: string, name?: string): ApiFault | undefined;
}

type Methods = Pick<SwitchBoard, 'next' | 'clear' | 'takeNotify' | 'takeApi'>;

/** Creates the switches of one simulator, all at their initial values. */
export function createSwitches(): SwitchBoard {
  const groups = createGroups();
  const nextNotify: NotifyFault[] = [];
  const nextApi: { path: string; fault: ApiFault }[] = [];
  const members: Groups & Methods = {
    ...groups,
    next(faults: NextFaults) {
      const { notify, api = {} } = checked('switches.next', nextFaults, faults);
      if (notify) nextNotify.push(notify);
      for (const [path, fault] of Object.entries(api)) nextApi.push({ path, fault });
    },
    clear() {
      resetValues(board, MAIN_SETTINGS);
      for (const [name, settings] of Object.entries(SETTING_GROUPS)) {
        resetValues(groups[name as keyof Groups], settings);
      }
      nextNotify.length = 0;
      nextApi.length = 0;
    },
    takeNotify: () => nextNotify.shift() ?? board.notify ?? {},
    takeApi(path: string, name = path) {
      const at = nextApi.findIndex((next) => [path, name, '*'].includes(next.path));
      if (at >= 0) return nextApi.splice(at, 1)[0]?.fault;
      // A fault of every path must not lock people out of the interface that removes it.
      if (path.startsWith('/__sim/')) return undefined;
      return board.api[path] ?? board.api[name] ?? board.api['*'];
    },
  };
  const board: SwitchBoard = createValues('switches', MAIN_SETTINGS, members);
  return board;
}

const createGroups = (): Groups =>
  Object.fromEntries(
    Object.entries(SETTING_GROUPS).map(([name, settings]) => [
      name,
      createValues(`switches.${name}`, settings),
    ]),
  ) as unknown as Groups;
