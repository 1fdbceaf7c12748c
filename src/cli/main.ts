#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { reconcile } from './reconcile.js';
import { simulate } from './simulate.js';
import { UsageError } from './usage.js';

/** One file per command. */
const commands: Record<string, { summary: string; run(args: string[]): Promise<void> }> = { simulate, reconcile };

const HELP = `Usage: koa-wxpay <command> [options]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  .join('\n')}

"koa-wxpay <command> --help" tells its options, "koa-wxpay --version" the version.`;

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function main([name, ...args]: string[]): Promise<void> {
  if (name === '--version' || name === '-v') return console.log(version());
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return console.log(HELP);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`there is no command "${name}"\n\n${HELP}`);
  await command.run(args);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof UsageError;
  console.error(usage ? `koa-wxpay: ${error.message}` : error);
  if (usage && error.cause) console.error(error.cause);
  process.exitCode = usage ? 2 : 1;
});
