import type { ApiFault } from './api-faults.js';
import type { ValuesOf } from './field.js';
import { Armed, type NextFaults } from './next-faults.js';
import type { NotifyFault } from './notify-faults.js';
import { MAIN_SETTINGS, SETTING_GROUPS } from './settings.js';
import { createValues, resetValues } from './values.js';

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
  /** What was given to `next()` and did not apply yet. */
  readonly armed: Armed;
  /** The fault of the delivery attempt that starts now. */
  takeNotify(): NotifyFault;
  /** The fault of the call that starts now. `name` is the pattern that `path` matches. */
  takeApi(path: string, name?: string): ApiFault | undefined;
}

type Members = Pick<SwitchBoard, 'armed' | 'next' | 'clear' | 'takeNotify' | 'takeApi'>;

/**
 * Creates the switches of one simulator, all at their initial values.
 *
 * @param onChange is called when something was set, armed, applied or cleared
 */
export function createSwitches(onChange: () => void = () => {}): SwitchBoard {
  const groups = createGroups(onChange);
  const armed = new Armed();
  const members: Groups & Members = {
    ...groups,
    armed,
    next(faults) {
      armed.add(faults);
      onChange();
    },
    clear() {
      resetValues(board, MAIN_SETTINGS);
      for (const [name, settings] of Object.entries(SETTING_GROUPS)) {
        resetValues(groups[name as keyof Groups], settings);
      }
      armed.clear();
      onChange();
    },
    takeNotify() {
      const next = armed.takeNotify();
      if (next) onChange();
      return next ?? board.notify ?? {};
    },
    takeApi(path, name = path) {
      const next = armed.takeApi([path, name, '*']);
      if (next) onChange();
      return next ?? board.api[path] ?? board.api[name] ?? board.api['*'];
    },
  };
  const board: SwitchBoard = createValues('switches', MAIN_SETTINGS, members, onChange);
  return board;
}

const createGroups = (onChange: () => void): Groups =>
  Object.fromEntries(
    Object.entries(SETTING_GROUPS).map(([name, settings]) => [
      name,
      createValues(`switches.${name}`, settings, {}, onChange),
    ]),
  ) as unknown as Groups;
