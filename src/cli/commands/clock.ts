import type { ClockJson } from '../../simulator/control/json-types.js';
import { type Command, command, jsonOption } from '../command.js';
import { connect } from '../simulator/client.js';
import { type UrlOption, withUrl } from '../simulator/url-option.js';

interface Options extends UrlOption {
  json?: boolean;
}

/** `koa-wxpay clock` */
export function clockCommand(): Command {
  const clock = command('clock', {
    summary: 'show or move the clock of the simulator',
    description: 'Shows the clock of a running simulator, or moves it. Everything that becomes due happens on the way.',
    examples: [
      ['clock show', 'the time in the simulator'],
      ['clock advance 3h', 'three hours of retries pass in a moment'],
      ['clock set 2026-11-28T09:30', 'a time in Beijing'],
      ['clock reset', 'back to the real time'],
    ],
  });
  const sub = (name: string, summary: string, example: string): Command =>
    withUrl(command(name, { summary, examples: [[example, summary]] })).addOption(jsonOption());
  clock.addCommand(
    sub('show', 'show the clock', 'clock show').action((options: Options) => print(options, 'GET', '/clock')),
    { isDefault: true },
  );
  clock.addCommand(
    sub('advance', 'move the clock forward', 'clock advance 3h')
      .argument('<duration>', 'such as 15s, 3h or 1d2h')
      .action((by: string, options: Options) => print(options, 'POST', '/clock/advance', { by })),
  );
  clock.addCommand(
    sub('set', 'set the clock', 'clock set 2026-11-28T09:30')
      .argument('<time>', 'such as 2026-11-28T09:30, which is in Beijing')
      .action((now: string, options: Options) => print(options, 'PUT', '/clock', { now })),
  );
  clock.addCommand(
    sub('reset', 'set the clock to the real time', 'clock reset').action((options: Options) =>
      print(options, 'DELETE', '/clock'),
    ),
  );
  return clock;
}

async function print({ url, json }: Options, method: string, path: string, body?: object): Promise<void> {
  const clock = await connect(url).request<ClockJson>(method, path, body);
  if (json) return console.log(JSON.stringify(clock, null, 2));
  console.log(`${clock.beijing}${apart(clock.offset)}`);
}

/** How far the simulator is from the real time, unless it is near. */
function apart(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  if (seconds < 2) return '';
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  let left = seconds;
  const parts = units.flatMap(([size, name]) => {
    const whole = Math.floor(left / size);
    left -= whole * size;
    return whole > 0 ? [`${whole} ${name}`] : [];
  });
  return `  (${parts.join(' ')} ${offset > 0 ? 'ahead of' : 'behind'} the real time)`;
}
