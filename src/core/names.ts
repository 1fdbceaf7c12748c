import { refuseUnknownNames } from '../util/options.js';

/** Every name an options object may have: the compiler keeps the list whole. */
export type Names<T> = Readonly<Record<keyof Required<T>, true>>;

/**
 * The names alone, for options that are not read by `readOptions` of `util/options.js` yet.
 *
 * @throws {TypeError} for a name that is no option
 */
export const checkNames = <T extends object>(what: string, options: T, names: Names<T>): void =>
  refuseUnknownNames(what, options, Object.keys(names));
