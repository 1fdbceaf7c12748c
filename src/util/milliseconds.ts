import { mustBe, type Rule } from './options.js';

/** The longest duration that a timer takes: 24 days. */
const LONGEST = 2 ** 31 - 1;

/**
 * The rule of an option that is the duration of a timer.
 *
 * @param least in milliseconds
 */
export const milliseconds =
  (least = 1): Rule<number> =>
  (given, name) => {
    if (Number.isSafeInteger(given) && (given as number) >= least && (given as number) <= LONGEST)
      return given as number;
    throw mustBe(name, `a whole number of milliseconds, at least ${least}`);
  };
