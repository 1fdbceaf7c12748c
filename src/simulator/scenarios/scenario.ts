import { z } from 'zod';
import { DAY } from '../../util/clock.js';
import { API_FAULTS, API_PATHS } from './api-faults.js';
import type { Choice, Field, Text } from './field.js';
import { text } from './field.js';
import { NOTIFY_FAULTS } from './notify-faults.js';
import { PAYMENT_SETTINGS } from './payment.js';
import { SETTING_GROUPS } from './settings.js';
import { isByPath, type Settings } from './values.js';

/**
 * What a scenario concerns: everything, from when it is on; the answers of some paths; attempts to
 * deliver a notification; or it is done once, when it is turned on.
 */
export type ScenarioScope = 'setting' | 'path' | 'call' | 'notification' | 'action';

/** One thing that can go wrong, as it is offered by the page, over HTTP, in code and by commands. */
export interface Scenario {
  /** For example `notify.lost` or `refund.delay`. */
  name: string;
  /** The part of the name before the dot. */
  group: string;
  label: Text;
  scope: ScenarioScope;
  /** The values that are offered. Others of the schema are possible. */
  choices: readonly Choice<unknown>[];
  schema: z.ZodType;
  /** The value when it is off. */
  initial?: unknown;
  /** The paths that are offered, of scenarios that concern calls. */
  paths?: readonly string[];
}

/** The names of the groups for people. */
export const SCENARIO_GROUPS: Readonly<Record<string, Text>> = {
  oauth: text('Login', '授权'),
  cashier: text('Cashier', '收银台'),
  payment: text('Payment', '支付'),
  notify: text('Notifications', '通知'),
  refund: text('Refunds', '退款'),
  bill: text('Bills', '账单'),
  v3: text('API v3', 'API v3'),
  api: text('Answers of the API', '接口应答'),
  hosts: text('Hosts', '主机'),
  keys: text('Keys', '密钥'),
};

const settingsOf = (group: string, settings: Settings): Scenario[] =>
  Object.entries(settings).map(([name, field]) => ({
    name: `${group}.${name}`,
    group,
    label: field.label,
    choices: field.choices,
    schema: field.schema,
    ...(isByPath(field)
      ? { scope: 'path', paths: [field.path] }
      : { scope: 'setting', initial: field.initial }),
  }));

const faultsOf = (
  group: string,
  faults: Readonly<Record<string, Field<unknown>>>,
  scope: ScenarioScope,
  paths?: readonly string[],
): Scenario[] =>
  Object.entries(faults).map(([name, { label, choices, schema }]) => ({
    name: `${group}.${name}`,
    group,
    label,
    scope,
    choices,
    schema,
    ...(paths && { paths }),
  }));

const { oauth, cashier, refund, bill, v3, hosts } = SETTING_GROUPS;

/** How the platform certificate is rotated, with the `rotate()` options of each way. */
export const ROTATIONS = {
  overlapping: { overlap: DAY },
  sudden: { overlap: 0 },
  announced: { ahead: DAY, overlap: DAY },
} as const;

const rotation: Scenario = {
  name: 'keys.rotation',
  group: 'keys',
  label: text('New platform certificate', '更换平台证书'),
  scope: 'action',
  schema: z.enum(Object.keys(ROTATIONS) as (keyof typeof ROTATIONS)[]),
  choices: [
    { value: 'overlapping', text: text('the old one stays known for a day', '旧证书再保留一天') },
    { value: 'sudden', text: text('the old one is unknown at once', '旧证书立即失效') },
    { value: 'announced', text: text('in force in a day', '一天后生效') },
  ],
};

/** Every scenario. */
export const SCENARIOS: readonly Scenario[] = [
  ...settingsOf('oauth', oauth),
  ...settingsOf('cashier', cashier),
  ...settingsOf('payment', PAYMENT_SETTINGS),
  ...faultsOf('notify', NOTIFY_FAULTS, 'notification'),
  ...settingsOf('refund', refund),
  ...settingsOf('bill', bill),
  ...settingsOf('v3', v3),
  ...faultsOf('api', API_FAULTS, 'call', API_PATHS),
  ...settingsOf('hosts', hosts),
  rotation,
];
