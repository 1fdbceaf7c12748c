import { httpAddress } from '../arguments.js';
import type { Command } from '../command.js';

const DEFAULT = 'http://127.0.0.1:9600';

/** The option of every command that talks to a running simulator. */
export interface UrlOption {
  url: string;
}

const read = httpAddress('--url', ['http', 'https'], DEFAULT);

/** Adds `--url` to a command. */
export const withUrl = (made: Command): Command =>
  made.option(
    '--url <address>',
    'the simulator, also as WXSIM_URL in the environment',
    (text) => read(text).replace(/\/+$/, ''),
    process.env.WXSIM_URL?.replace(/\/+$/, '') || DEFAULT,
  );
