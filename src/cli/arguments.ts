import { readDuration } from '../simulator/time-text.js';
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

/** A whole number from 1. */
export const count =
  (option: string, most = Number.MAX_SAFE_INTEGER): ReadArgument<number> =>
  (text) => {
    if (/^[1-9]\d{0,14}$/.test(text) && Number(text) <= most) return Number(text);
    const range = most === Number.MAX_SAFE_INTEGER ? 'at least 1' : `1 to ${most}`;
    throw new UsageError(`${option} must be a whole number, ${range}, not "${text}"`);
  };

/** Milliseconds of a duration such as `3h`. */
export const duration =
  (option: string): ReadArgument<number> =>
  (text) => {
    try {
      return readDuration(text);
    } catch {
      throw new UsageError(`${option} must be a duration such as 15s, 3h or 1d2h, not "${text}"`);
    }
  };
