#!/usr/bin/env node
import { isPrinted } from './command.js';
import { paint } from './output/paint.js';
import { program } from './program.js';
import { CommandFailed, UsageError } from './usage.js';

async function main(args: string[]): Promise<void> {
  try {
    await program().parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' });
  } catch (error) {
    if (!isPrinted(error)) report(error);
  }
}

/** One line for what a person can put right, and the whole error for a mistake of ours. */
function report(error: unknown): void {
  const wrongUse = error instanceof UsageError;
  process.exitCode = wrongUse ? 2 : 1;
  const line = wrongUse || error instanceof CommandFailed ? error.message.replace(/\s*\n\s*/g, ' ') : undefined;
  console.error(line === undefined ? error : `${paint(process.stderr).red('koa-wxpay:')} ${line}`);
}

// The reader of a pipe may leave early, as "head" does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void main(process.argv.slice(2));
