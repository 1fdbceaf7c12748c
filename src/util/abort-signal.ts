import { mustBe, type Rule } from './options.js';

/** An AbortSignal of this realm or of another one: a test environment has a class of its own. */
export const abortSignal: Rule<AbortSignal> = (given, name) => {
  const { aborted, addEventListener } = (given ?? {}) as Partial<AbortSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return given as AbortSignal;
  throw mustBe(name, 'an AbortSignal, such as AbortSignal.timeout(5000)');
};
