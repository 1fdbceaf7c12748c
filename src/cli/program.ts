import { readFileSync } from 'node:fs';
import { type Command, command } from './command.js';
import { doctorCommand } from './commands/doctor.js';
import { explainCommand } from './commands/explain.js';
import { reconcileCommand } from './commands/reconcile.js';
import { simulateCommand } from './commands/simulate.js';

/** All commands, in the order in which the help lists them. */
export function program(): Command {
  const whole = command('koa-wxpay', {
    summary: 'WeChat Pay on your machine',
    description: 'A simulator of WeChat to develop and test against, and tools for shops.',
    examples: [
      ['simulate --shop http://127.0.0.1:3000', 'a WeChat on this machine, with your shop on its phone'],
      ['simulate --help', 'the options of a command'],
    ],
  });
  whole.version(version(), '-v, --version', 'print the version');
  whole.helpCommand('help [command]', 'print the help of a command');
  for (const each of [simulateCommand(), explainCommand(), doctorCommand(), reconcileCommand()]) whole.addCommand(each);
  return whole;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
