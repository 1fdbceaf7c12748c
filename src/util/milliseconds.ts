import { mustBe, type Rule } from './options.js';

/** The longest a timer can wait: 24 days. */
const LONGEST = 2 ** 31 - 1;

/** A duration that a timer can wait. */
export const milliseconds =
  (least = 1): Rule<number> =>
  (given, name) => {
    if (Number.isSafeInteger(given) && (given as number) >= least && (given as number) <= LONGEST)
      return given as number;
    throw mustBe(name, `a whole number of milliseconds, at least ${least}`);
  };
