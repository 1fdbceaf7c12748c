import { mustBe, type Rule } from './options.js';

/** Of this realm or another: a test environment has its own class. */
export const abortSignal: Rule<AbortSignal> = (given, name) => {
  const { aborted, addEventListener } = (given ?? {}) as Partial<AbortSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return given as AbortSignal;
  throw mustBe(name, 'an AbortSignal, such as AbortSignal.timeout(5000)');
};
