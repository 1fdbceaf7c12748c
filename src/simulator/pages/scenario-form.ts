import { type Markup, markup } from '../http/markup.js';
import { API_FAULTS, API_PATHS } from '../scenarios/api-faults.js';
import type { Choice, Field, Text } from '../scenarios/field.js';
import { text } from '../scenarios/field.js';
import { NOTIFY_FAULTS } from '../scenarios/notify-faults.js';
import { MAIN_SETTINGS, SETTING_GROUPS } from '../scenarios/settings.js';
import { isByPath, type Settings } from '../scenarios/values.js';

const TITLES: Record<keyof typeof SETTING_GROUPS | 'main', Text> = {
  oauth: text('Login', '授权'),
  cashier: text('Cashier', '收银台'),
  main: text('Notification', '通知'),
  refund: text('Refund', '退款'),
  bill: text('Bills', '账单'),
  v3: text('API v3', 'API v3'),
  hosts: text('Hosts', '主机'),
};

const both = ({ en, zh }: Text): string => `${en} · ${zh}`;

const options = (choices: readonly Choice<unknown>[]): Markup[] =>
  choices.map(
    ({ value, text }) =>
      markup`<option value="${JSON.stringify(value ?? null)}">${text.en}</option>`,
  );

const select = (name: string, label: string, choices: readonly Choice<unknown>[]): Markup =>
  markup`<label><span>${label}</span><select name="${name}">${options(choices)}</select></label>`;

const checkbox = (name: string, label: string): Markup =>
  markup`<label class="check"><input type="checkbox" name="${name}"><span>${label}</span></label>`;

/** A control whose name is the place of the setting among the switches. */
function control(name: string, field: Settings[string]): Markup {
  if (isByPath(field)) {
    const none = { value: null, text: text('works', '正常') };
    return select(`${name}.${field.path}`, field.label.en, [none, ...field.choices]);
  }
  if (typeof field.initial === 'boolean') return checkbox(name, field.label.en);
  return select(name, field.label.en, field.choices);
}

const controls = (prefix: string, settings: Settings): Markup[] =>
  Object.entries(settings).map(([name, field]) => control(prefix + name, field));

/** Every choice of every fault, as the value that asks for it. */
const faultChoices = (faults: Readonly<Record<string, Field<unknown>>>): Choice<unknown>[] =>
  Object.entries(faults).flatMap(([name, { choices }]) =>
    choices.map(({ value, text }) => ({ value: { [name]: value }, text })),
  );

const notifyChoices = faultChoices(NOTIFY_FAULTS);
const apiChoices = faultChoices(API_FAULTS);
const CHOOSE = { value: null, text: text('choose…', '选择…') };
const NO_FAULT = { value: null, text: text('no fault', '正常') };

const fieldset = (title: Text, content: Markup | readonly Markup[]): Markup =>
  markup`<fieldset><legend>${both(title)}</legend>${content}</fieldset>`;

const { notify, api: _api, ...payment } = MAIN_SETTINGS;

const notificationControls: Markup[] = [
  ...controls('payment.', payment),
  select('notify', notify.label.en, [...notify.choices, ...notifyChoices]),
  select('next.notify', 'Only the next attempt', [CHOOSE, ...notifyChoices]),
];

const paths = API_PATHS.map((path) => markup`<option>${path}</option>`);
const apiControls = markup`
<label><span>Path</span><select id="api-path">${paths}</select></label>
<label><span>Every call</span>
<select id="api-fault">${options([NO_FAULT, ...apiChoices])}</select></label>
<label><span>Only the next call</span>
<select id="api-next">${options([CHOOSE, ...apiChoices])}</select></label>`;

/** All switches as a form. */
export function scenarioForm(): Markup {
  const { oauth, cashier, refund, bill, v3, hosts } = SETTING_GROUPS;
  return markup`<form id="scenarios">
${fieldset(TITLES.oauth, controls('oauth.', oauth))}
${fieldset(TITLES.cashier, controls('cashier.', cashier))}
${fieldset(TITLES.main, notificationControls)}
${fieldset(TITLES.refund, controls('refund.', refund))}
${fieldset(TITLES.bill, controls('bill.', bill))}
${fieldset(TITLES.v3, controls('v3.', v3))}
${fieldset(TITLES.hosts, controls('hosts.', hosts))}
${fieldset(text('API', '接口'), apiControls)}
</form>`;
}
