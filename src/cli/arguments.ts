import { UsageError } from './usage.js';

/** Reads the argument of an option, or says in one line what it must be. */
export type ReadArgument<Value> = (text: string) => Value;

/** @param option as it is typed, such as `--port` */
export const port =
  (option: string): ReadArgument<number> =>
  (text) => {
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    throw new UsageError(`${option} must be a port, 0 to 65535, not "${text}"`);
  };

/** An address without a trailing slash. */
export const httpAddress =
  (option: string, schemes: readonly string[], example: string): ReadArgument<string> =>
  (text) => {
    if (URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1))) return text;
    throw new UsageError(`${option} must be an ${schemes.join(' or ')} address such as ${example}, not "${text}"`);
  };
