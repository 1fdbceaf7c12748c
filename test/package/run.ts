import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const execute = promisify(execFile);

/** Runs a program to its end; what it printed, also when it failed, is in the error. */
export async function run(program: string, args: string[], { cwd = ROOT } = {}): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd, env: plainEnvironment(), maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${message.slice(0, 200)}\n${stdout}\n${stderr}`);
  }
}

export const node = (args: string[], cwd: string): Promise<string> => run(process.execPath, args, { cwd });

/** A program of the development dependencies. */
export const tool = (name: string, args: string[], cwd?: string): Promise<string> =>
  run(`${ROOT}node_modules/.bin/${name}`, args, { cwd: cwd ?? ROOT });

/** As a shell would start it: what the test runner and `npm test` put into the environment concerns only them. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = /^(?:npm_(?!config_registry|config_cache|config_userconfig)|NODE_OPTIONS$|NODE_ENV$|JEST_|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
