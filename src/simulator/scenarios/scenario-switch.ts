import { unknownName } from '../../util/options.js';
import type { ApiFault } from './api-faults.js';
import { checked } from './check.js';
import type { NotifyFault } from './notify-faults.js';
import { SCENARIOS, type Scenario } from './scenario.js';
import type { SwitchBoard } from './switches.js';

/** What a scenario does at present. */
export interface ScenarioStatus {
  on: boolean;
  /** The value of a setting, or of what concerns every delivery attempt. */
  value?: unknown;
  /** The values by path. */
  paths?: Readonly<Record<string, unknown>>;
  /** What applies only once, and has not applied yet. */
  next: readonly { value: unknown; path?: string }[];
}

/** How a scenario is turned on. */
export interface ScenarioOptions {
  /**
   * The value.
   *
   * @default the first one that is offered and differs from the initial one
   */
  value?: unknown;
  /**
   * The path whose calls it concerns.
   *
   * @default '*', or the path that is offered
   */
  path?: string;
  /**
   * Whether it concerns only the next call, or the next delivery attempt.
   *
   * @default false
   */
  once?: boolean;
}

type Values = Record<string, unknown>;

/** @throws {TypeError} with the nearest name */
export function findScenario(name: string, scenarios = SCENARIOS): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found) return found;
  const names = scenarios.map((scenario) => scenario.name);
  throw new TypeError(unknownName('the simulator', name, names, 'a scenario'));
}

/** The part of the name after the dot. */
const fieldOf = ({ name, group }: Scenario): string => name.slice(group.length + 1);

/** The object that holds the value of a setting. */
const holderOf = (board: SwitchBoard, { group }: Scenario): Values =>
  (group === 'payment' ? board : board[group as keyof SwitchBoard]) as unknown as Values;

export function statusOf(board: SwitchBoard, scenario: Scenario): ScenarioStatus {
  const field = fieldOf(scenario);
  if (scenario.scope === 'notification') return notificationStatus(board, field);
  if (scenario.scope === 'call') return callStatus(board, field);
  if (scenario.scope === 'action') return { on: false, next: [] };
  const value = holderOf(board, scenario)[field];
  if (scenario.scope === 'path') {
    return {
      on: Object.keys(value as Values).length > 0,
      paths: { ...(value as Values) },
      next: [],
    };
  }
  return { on: value !== scenario.initial, value, next: [] };
}

function notificationStatus({ notify, armed }: SwitchBoard, field: string): ScenarioStatus {
  const value = (notify as Values | undefined)?.[field];
  const next = armed.notify
    .map((fault) => (fault as Values)[field])
    .filter((value) => value !== undefined)
    .map((value) => ({ value }));
  return { on: value !== undefined || next.length > 0, value, next };
}

function callStatus({ api, armed }: SwitchBoard, field: string): ScenarioStatus {
  const paths = Object.fromEntries(
    Object.entries(api)
      .map(([path, fault]) => [path, (fault as Values | undefined)?.[field]])
      .filter(([, value]) => value !== undefined),
  );
  const next = armed.api
    .map(({ path, fault }) => ({ path, value: (fault as Values)[field] }))
    .filter(({ value }) => value !== undefined);
  return { on: Object.keys(paths).length > 0 || next.length > 0, paths, next };
}

/** @throws {TypeError} when the value or an option does not fit the scenario */
export function turnOn(board: SwitchBoard, scenario: Scenario, options: ScenarioOptions): void {
  const { name, scope, schema } = scenario;
  const field = fieldOf(scenario);
  const { value = defaultValue(scenario), path = scenario.paths?.at(-1) ?? '*', once } = options;
  checked(name, schema, value);
  if (once && scope !== 'call' && scope !== 'notification') {
    throw new TypeError(`"once" is not possible with ${name}: it is on until it is turned off`);
  }
  if (options.path !== undefined && scope !== 'call' && scope !== 'path') {
    throw new TypeError(`"path" is not possible with ${name}: it concerns no single path`);
  }
  if (path !== '*' && !path.startsWith('/')) {
    throw new TypeError(`"path" must start with "/" or be "*", not ${JSON.stringify(path)}`);
  }
  const fault = { [field]: value };
  if (scope === 'notification') {
    if (once) board.next({ notify: fault as NotifyFault });
    else board.notify = { ...board.notify, ...fault };
  } else if (scope === 'call') {
    if (once) board.next({ api: { [path]: fault as ApiFault } });
    else board.api[path] = { ...board.api[path], ...fault };
  } else if (scope === 'path') {
    (holderOf(board, scenario)[field] as Values)[path] = value;
  } else {
    holderOf(board, scenario)[field] = value;
  }
}

/** Turns a scenario off, with what was going to apply once; for one path or for all. */
export function turnOff(board: SwitchBoard, scenario: Scenario, path?: string): void {
  const { scope, initial } = scenario;
  const field = fieldOf(scenario);
  if (scope === 'notification') {
    board.armed.drop('notify', field);
    board.notify = without(board.notify, field);
  } else if (scope === 'call') {
    board.armed.drop('api', field, path);
    for (const each of path === undefined ? Object.keys(board.api) : [path]) {
      board.api[each] = without(board.api[each], field);
    }
  } else if (scope === 'path') {
    const holder = holderOf(board, scenario)[field] as Values;
    for (const each of path === undefined ? Object.keys(holder) : [path]) delete holder[each];
  } else {
    holderOf(board, scenario)[field] = initial;
  }
}

/** A fault without one of its fields; `undefined` when nothing is left. */
function without<Fault extends object>(fault: Fault | undefined, field: string): Fault | undefined {
  const rest = { ...fault } as Values;
  delete rest[field];
  return Object.keys(rest).length > 0 ? (rest as Fault) : undefined;
}

function defaultValue({ choices, initial, name }: Scenario): unknown {
  const choice = choices.find(({ value }) => value !== initial);
  if (choice) return choice.value;
  throw new TypeError(`${name} needs a value`);
}
