import type { ScenarioJson } from '../../simulator/control/json-types.js';
import { pick, say } from '../text/language.js';

/** One thing that is armed: what happens, to which calls, and how often. */
export interface Armed {
  key: string;
  scenario: ScenarioJson;
  text: string;
  /** The path that it is turned off for. */
  path?: string;
}

/** A value in words. */
export function valueText({ choices }: ScenarioJson, value: unknown): string {
  const choice = choices.find((each) => JSON.stringify(each.value) === JSON.stringify(value));
  if (choice) return pick(choice.text);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The label with the value, unless they say the same. */
function textOf(scenario: ScenarioJson, value: unknown): string {
  const label = pick(scenario.label);
  const text = valueText(scenario, value);
  const isFlag = value === true && scenario.choices.length === 1;
  return isFlag || text === label ? label : `${label}: ${text}`;
}

/** Everything of a scenario that is armed. */
export function armedOf(scenario: ScenarioJson): Armed[] {
  const { name, on, value, byPath, next } = scenario;
  const paths = Object.entries(byPath ?? {}).map(
    ([path, each]): Armed => ({
      key: `${name} ${path}`,
      scenario,
      text: `${textOf(scenario, each)} · ${pathText(path)}`,
      path,
    }),
  );
  const once = next.map(
    ({ value: each, path }, at): Armed => ({
      key: `${name} once ${at}`,
      scenario,
      text: `${textOf(scenario, each)} · ${say('only the next', '仅下一次')}${path === undefined ? '' : ` · ${pathText(path)}`}`,
      ...(path !== undefined && { path }),
    }),
  );
  const always = on && paths.length === 0 && value !== undefined && value !== null;
  return [...(always ? [{ key: name, scenario, text: textOf(scenario, value) }] : []), ...paths, ...once];
}

const pathText = (path: string): string => (path === '*' ? say('every call', '所有接口') : path);
