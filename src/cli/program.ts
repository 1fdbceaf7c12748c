import { readFileSync } from 'node:fs';
import { type Command, command } from './command.js';
import { clockCommand } from './commands/clock.js';
import { closeCommand } from './commands/close.js';
import { deliveriesCommand } from './commands/deliveries.js';
import { doctorCommand } from './commands/doctor.js';
import { explainCommand } from './commands/explain.js';
import { logsCommand } from './commands/logs.js';
import { ordersCommand } from './commands/orders.js';
import { payCommand } from './commands/pay.js';
import { reconcileCommand } from './commands/reconcile.js';
import { refundCommand } from './commands/refund.js';
import { replayCommand } from './commands/replay.js';
import { resendCommand } from './commands/resend.js';
import { rotateCommand } from './commands/rotate.js';
import { scenarioCommand } from './commands/scenario.js';
import { simulateCommand } from './commands/simulate.js';
import { triggerCommand } from './commands/trigger.js';

/** The headings of the help, and the commands under each. */
const GROUPS: readonly (readonly [heading: string, commands: () => Command[]])[] = [
  ['A WeChat to develop against:', () => [simulateCommand(), triggerCommand(), replayCommand()]],
  [
    'In a running simulator:',
    () => [
      ...[ordersCommand(), payCommand(), refundCommand(), closeCommand()],
      ...[deliveriesCommand(), resendCommand(), logsCommand()],
      ...[scenarioCommand(), clockCommand(), rotateCommand()],
    ],
  ],
  ['When something is wrong:', () => [explainCommand(), doctorCommand()]],
  ['In production:', () => [reconcileCommand()]],
];

/** All commands, in the order in which the help lists them. */
export function program(): Command {
  const whole = command('koa-wxpay', {
    summary: 'WeChat Pay on your machine',
    description: 'A simulator of WeChat to develop and test against, and tools for shops.',
    examples: [
      ['simulate --shop http://127.0.0.1:3000', 'a WeChat on this machine, with your shop on its phone'],
      ['explain r12', 'why the simulator refused a request'],
      ['trigger payment.success --to http://127.0.0.1:3000/wxpay/notify', 'a signed notification, without a simulator'],
    ],
  });
  whole.version(version(), '-v, --version', 'print the version');
  whole.helpCommand('help [command]', 'print the help of a command');
  for (const [heading, commands] of GROUPS) {
    for (const each of commands()) whole.addCommand(each.helpGroup(heading));
  }
  return whole;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
