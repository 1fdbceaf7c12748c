import { z } from 'zod';
import { merchantOf } from '../payments/place.js';
import { checked, strictProperties } from '../scenarios/check.js';
import { RULES } from '../scenarios/rules.js';
import { ROTATIONS, SCENARIO_GROUPS, SCENARIOS, type Scenario } from '../scenarios/scenario.js';
import {
  findScenario,
  type ScenarioOptions,
  statusOf,
  turnOff,
  turnOn,
} from '../scenarios/scenario-switch.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, endpoint, notFound } from './endpoint.js';

const text = z.strictObject({ en: z.string(), zh: z.string() });
const anyValue = z.unknown().describe('its form depends on the scenario');
const choice = z.strictObject({ value: anyValue, text });

export const scenario = z.strictObject({
  name: z.string().describe('for example notify.lost'),
  group: z.string(),
  label: text,
  scope: z
    .enum(['setting', 'path', 'call', 'notification', 'action'])
    .describe(
      'a setting; a value for some paths; a fault of calls or of notifications, all or only the ' +
        'next; or an action that is done when it is turned on',
    ),
  choices: z.array(choice).describe('the values that are offered'),
  schema: z.record(z.string(), z.unknown()).describe('the JSON Schema of the value'),
  initial: anyValue.optional().describe('the value when it is off; null for none'),
  paths: z.array(z.string()).optional().describe('the paths that are offered'),
  on: z.boolean(),
  value: anyValue.optional(),
  byPath: z.record(z.string(), anyValue).optional().describe('the values by path'),
  next: z
    .array(z.strictObject({ value: anyValue, path: z.string().optional() }))
    .describe('what applies only once, and has not applied yet'),
});

export const scenarioList = z.strictObject({
  groups: z.record(z.string(), text),
  scenarios: z.array(scenario),
});

const schemas = new Map<Scenario, z.core.JSONSchema.BaseSchema>();

/** The JSON Schema of the values of a scenario, without the name of the dialect. */
function schemaOf(of: Scenario): Record<string, unknown> {
  const known = schemas.get(of) ?? z.toJSONSchema(of.schema, { unrepresentable: 'any' });
  schemas.set(of, known);
  const { $schema: _dialect, '~standard': _standard, ...schema } = known;
  return schema;
}

/** Values in JSON: nothing is `null`. */
const jsonOf = (value: unknown): z.infer<typeof anyValue> =>
  (value ?? null) as z.infer<typeof anyValue>;

function viewOf({ switches }: SimulatorState, of: Scenario): z.infer<typeof scenario> {
  const { name, group, label, scope, choices, initial, paths } = of;
  const status = statusOf(switches, of);
  return {
    name,
    group,
    label,
    scope,
    choices: choices.map(({ value, text }) => ({ value: jsonOf(value), text })),
    schema: schemaOf(of),
    ...(scope === 'setting' && { initial: jsonOf(initial) }),
    ...(paths && { paths: [...paths] }),
    on: status.on,
    ...((scope === 'setting' || scope === 'notification') && { value: jsonOf(status.value) }),
    ...(status.paths && { byPath: status.paths as Record<string, z.infer<typeof anyValue>> }),
    next: status.next.map(({ value, path }) => ({
      value: jsonOf(value),
      ...(path !== undefined && { path }),
    })),
  };
}

/** Turns a scenario on. Actions are done for one merchant. */
export function startScenario(
  state: SimulatorState,
  name: string,
  { mchid, ...options }: ScenarioOptions & { mchid?: string | undefined } = {},
): void {
  const of = findScenario(name);
  if (of.scope === 'action') {
    const way = checked(name, of.schema, options.value ?? of.choices[0]?.value);
    merchantOf(state, mchid).keys.rotate(ROTATIONS[way as keyof typeof ROTATIONS]);
  } else {
    turnOn(state.switches, of, options);
  }
}

const find = (name: string | undefined): Scenario =>
  SCENARIOS.find((of) => of.name === name) ?? notFound(notFoundText(name ?? ''));

const notFoundText = (name: string): string => {
  try {
    findScenario(name);
    return '';
  } catch (error) {
    return `such scenario: ${(error as Error).message}`;
  }
};

const ruleShape = Object.fromEntries(
  Object.entries(RULES).map(([name, { schema }]) => [name, schema.optional()]),
);

/** Turning scenarios on and off, and the rules. */
export const scenarioEndpoints = (state: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'GET',
    path: '/__sim/scenarios',
    summary: 'Lists every scenario with what it does at present',
    tag: 'Scenarios',
    answer: scenarioList,
    handle: () => ({
      groups: SCENARIO_GROUPS,
      scenarios: SCENARIOS.map((of) => viewOf(state, of)),
    }),
  }),
  endpoint({
    method: 'DELETE',
    path: '/__sim/scenarios',
    summary: 'Turns every scenario off',
    tag: 'Scenarios',
    answer: scenarioList,
    handle: () => {
      state.switches.clear();
      return {
        groups: SCENARIO_GROUPS,
        scenarios: SCENARIOS.map((of) => viewOf(state, of)),
      };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/scenarios/{name}',
    summary: 'Shows a scenario',
    tag: 'Scenarios',
    answer: scenario,
    handle: ({ params }) => viewOf(state, find(params.name)),
  }),
  endpoint({
    method: 'PUT',
    path: '/__sim/scenarios/{name}',
    summary: 'Turns a scenario on',
    tag: 'Scenarios',
    body: strictProperties({
      value: anyValue.optional().describe('default the first one that is offered'),
      path: z.string().optional().describe('the path whose calls it concerns; default all'),
      once: z.boolean().optional().describe('only for the next call or delivery attempt'),
      mchid: z.string().optional().describe('the merchant of an action; default the first one'),
    }),
    answer: scenario,
    handle: ({ params, body }) => {
      const of = find(params.name);
      startScenario(state, of.name, body as ScenarioOptions);
      return viewOf(state, of);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/__sim/scenarios/{name}',
    summary: 'Turns a scenario off, with what was going to apply once',
    tag: 'Scenarios',
    query: strictProperties({ path: z.string().optional().describe('only for this path') }),
    answer: scenario,
    handle: ({ params, query }) => {
      const of = find(params.name);
      turnOff(state.switches, of, query.path);
      return viewOf(state, of);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/rules',
    summary: 'Shows the assumptions about what WeChat does not document',
    tag: 'Scenarios',
    answer: z.strictObject(ruleShape),
    handle: () => state.rules,
  }),
  endpoint({
    method: 'PATCH',
    path: '/__sim/rules',
    summary: 'Changes assumptions about what WeChat does not document',
    tag: 'Scenarios',
    body: strictProperties(ruleShape),
    answer: z.strictObject(ruleShape),
    handle: ({ body }) => Object.assign(state.rules, body),
  }),
];
