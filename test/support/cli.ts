import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that was started. */
export interface Running {
  child: ChildProcess;
  /** What it printed so far. */
  seen: { stdout: string; stderr: string };
  /** Resolves when the output contains the text; rejects when the command ends without it. */
  printed(text: string | RegExp): Promise<void>;
  ended: Promise<Ended>;
}

/** Starts the built command. */
export function start(args: readonly string[], { env = {} }: { env?: NodeJS.ProcessEnv } = {}): Running {
  if (!existsSync(MAIN)) throw new Error('the built command is tested: run "npm run build" first');
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  const seen = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    seen.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...seen }));
  });
  const has = (text: string | RegExp): boolean =>
    typeof text === 'string' ? seen.stdout.includes(text) : text.test(seen.stdout);
  const printed = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => has(text) && resolve();
      look();
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`ended without "${text}": ${seen.stdout}${seen.stderr}`)));
    });
  return { child, seen, printed, ended };
}

/** Runs the built command to its end. */
export const run = (...args: string[]): Promise<Ended> => start(args).ended;
