import type { ScenarioJson, ScenarioListJson } from '../../simulator/control/json-types.js';
import { type Command, command, jsonOption } from '../command.js';
import { type Paint, paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { connect, part, query } from '../simulator/client.js';
import { type UrlOption, withUrl } from '../simulator/url-option.js';
import { UsageError } from '../usage.js';

interface Options extends UrlOption {
  json?: boolean;
}

/** `koa-wxpay scenario` */
export function scenarioCommand(): Command {
  const scenario = command('scenario', {
    summary: 'what goes wrong on request: list, on, off',
    description: 'Lists what can go wrong in a running simulator, and turns it on and off.',
    examples: [
      ['scenario list', 'everything that can go wrong, and what is on'],
      ['scenario on notify.duplicate', 'every notification comes 64 times at once'],
      ['scenario on notify.lost --once', 'only the next one'],
      ['scenario on api.systemError --path /v3/pay/transactions/jsapi', 'the answers of one path'],
      ['scenario off', 'everything works again'],
    ],
  });
  return scenario.addCommand(listCommand(), { isDefault: true }).addCommand(onCommand()).addCommand(offCommand());
}

const listCommand = (): Command =>
  withUrl(command('list', { summary: 'list what can go wrong', examples: [['scenario list notify', 'one group']] }))
    .argument('[group]', 'only this group, such as notify or api')
    .option('--on', 'only what is on')
    .addOption(jsonOption())
    .action(async (group: string | undefined, { url, on, json }: Options & { on?: boolean }) => {
      const { groups, scenarios } = await connect(url).request<ScenarioListJson>('GET', '/scenarios');
      if (group !== undefined && !(group in groups)) {
        const known = Object.keys(groups).join(', ');
        throw new UsageError(`"${group}" is neither list, on nor off, nor a group of scenarios: there are ${known}`);
      }
      const chosen = scenarios.filter((each) => (group === undefined || each.group === group) && (!on || isOn(each)));
      if (json) return console.log(JSON.stringify(chosen, null, 2));
      const colours = paint(process.stdout);
      console.log(chosen.length > 0 ? table(chosen.map((each) => cells(each, colours))) : 'nothing is on');
    });

interface OnOptions extends Options {
  path?: string;
  once?: boolean;
  mchid?: string;
}

const onCommand = (): Command =>
  withUrl(
    command('on', {
      summary: 'turn a scenario on',
      examples: [
        ['scenario on notify.delay 60000', 'with a value'],
        ['scenario on notify.lost --once', 'only the next notification'],
      ],
    }),
  )
    .argument('<name>', 'such as notify.lost')
    .argument('[value]', 'JSON, or a text (default: the first value that is offered)')
    .option('--once', 'only for the next call or notification')
    .option('--path <path>', 'the path whose calls it concerns (default: all)')
    .option('--mchid <number>', 'the merchant of an action (default: the first one)')
    .addOption(jsonOption())
    .action(async (name: string, value: string | undefined, { url, json, once, path, mchid }: OnOptions) => {
      const body = { ...(value !== undefined && { value: readValue(value) }), once, path, mchid };
      const changed = await connect(url).request<ScenarioJson>('PUT', `/scenarios/${part(name)}`, body);
      print(changed, json);
    });

const offCommand = (): Command =>
  withUrl(
    command('off', {
      summary: 'turn a scenario off, or all of them',
      examples: [
        ['scenario off notify.lost', 'one'],
        ['scenario off', 'all'],
      ],
    }),
  )
    .argument('[name]', 'such as notify.lost (default: all)')
    .option('--path <path>', 'only for this path')
    .addOption(jsonOption())
    .action(async (name: string | undefined, { url, json, path }: OnOptions) => {
      const { request } = connect(url);
      if (name !== undefined) {
        return print(await request<ScenarioJson>('DELETE', `/scenarios/${part(name)}${query({ path })}`), json);
      }
      const { scenarios } = await request<ScenarioListJson>('DELETE', '/scenarios');
      console.log(json ? JSON.stringify(scenarios, null, 2) : 'everything is off');
    });

function print(scenario: ScenarioJson, json: boolean | undefined): void {
  console.log(json ? JSON.stringify(scenario, null, 2) : table([cells(scenario, paint(process.stdout))]));
}

/** A number, `true` or an object is JSON; any other word is a text. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isOn = ({ on, next }: ScenarioJson): boolean => on || next.length > 0;

function cells(scenario: ScenarioJson, { bold, dim, yellow }: Paint): string[] {
  const { name, label, choices } = scenario;
  const values = choices.map(({ value }) => JSON.stringify(value)).join(' ');
  return [isOn(scenario) ? bold(name) : name, label.en, isOn(scenario) ? yellow(stateOf(scenario)) : dim(values)];
}

function stateOf({ on, value, byPath, next }: ScenarioJson): string {
  const paths = Object.entries(byPath ?? {}).map(([path, each]) => `${JSON.stringify(each)} for ${path}`);
  const once = next.map(
    ({ value: each, path }) => `${JSON.stringify(each)} once${path === undefined ? '' : ` for ${path}`}`,
  );
  const always = on && paths.length === 0 ? [value === undefined ? 'on' : JSON.stringify(value)] : [];
  return [...always, ...paths, ...once].join(', ');
}
