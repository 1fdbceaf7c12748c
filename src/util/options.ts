/**
 * Checks one option: takes the given value (`undefined` where none was given) and returns the value
 * to work with.
 *
 * @throws {TypeError} names the option in quotes and says what would be right. It never contains
 * the value, which may be a secret.
 */
export type Rule<T> = (given: unknown, name: string) => T;

/** The description of an options object: each option's name with its check and default. */
export type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule<unknown> };

/** The type that {@link readOptions} returns for these rules. */
export type Read<R> = { [Name in keyof R]: R[Name] extends Rule<infer T> ? T : never };

/**
 * Reads an options object by its rules, in their order. The caller's object is not written to.
 *
 * @param what how errors name the function that takes the options, such as `createWxpay`
 * @param prefix stands before each name in errors, such as `v3.`
 * @throws {TypeError} for a value that is not an object, for a name that is not an option, and what
 * a rule throws
 * @example
 * const RULES = {
 *   limit: withDefault(integer({ least: 1 }), 10),
 *   onError: optional(func('(error) => void')),
 * } satisfies Rules<WorkerOptions>;
 * const { limit, onError } = readOptions('createWorker', options, RULES);
 */
export function readOptions<R extends Readonly<Record<string, Rule<unknown>>>>(
  what: string,
  given: unknown,
  rules: R,
  prefix = '',
): Read<R> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${what} takes an options object`);
  }
  refuseUnknownNames(what, given, Object.keys(rules));
  const read = Object.entries(rules).map(([name, rule]) => [
    name,
    rule((given as Record<string, unknown>)[name], prefix + name),
  ]);
  return Object.fromEntries(read) as Read<R>;
}

/**
 * Refuses the first name that is not known.
 *
 * @throws {TypeError} with the nearest known name
 */
export function refuseUnknownNames(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) if (!known.includes(name)) throw new TypeError(unknownName(what, name, known));
}

/** Returns the message for an unknown name. */
export function unknownName(what: string, name: string, known: readonly string[], kind = 'an option'): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? `it takes ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `"${name}" is not ${kind} of ${what}: ${hint}`;
}

/** Returns the known name that differs least, or `undefined` where none is near. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_-]/g, '');
  const [best] = known
    .map((candidate) => ({ candidate, edits: editsBetween(plain(name), plain(candidate)) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.ceil(best.candidate.length / 5) ? best.candidate : undefined;
}

/**
 * Counts the characters that must be added, removed, replaced or swapped with the next one (optimal
 * string alignment).
 */
function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const [previous, before] = [rows[i - 1] as number[], rows[i - 2]];
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = before && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2] : undefined;
      row.push(
        Math.min(
          (previous[j] as number) + 1,
          (row[j - 1] as number) + 1,
          replaced,
          (swapped ?? Number.POSITIVE_INFINITY) + 1,
        ),
      );
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] as number;
}

/**
 * The rule of an options object inside an options object. Errors name its options `outer.inner`.
 */
export const nested =
  <R extends Readonly<Record<string, Rule<unknown>>>>(rules: R): Rule<Read<R>> =>
  (given, name) =>
    readOptions(`"${name}"`, given, rules, `${name}.`);

/** The rule of a list whose elements have a rule. */
export const listOf =
  <T>(rule: Rule<T>): Rule<readonly T[]> =>
  (given, name) => {
    if (!Array.isArray(given)) throw mustBe(name, 'a list');
    return given.map((one) => rule(one, name));
  };

/** Returns the error for an option with a wrong value. */
export const mustBe = (name: string, right: string): TypeError => new TypeError(`"${name}" must be ${right}`);

/**
 * The rule of an option that is checked later, together with another one. `null` counts as absent.
 */
export const given = <T>(value: unknown): T | undefined => (value ?? undefined) as T | undefined;

/** The rule of an option that may be absent or `null`. */
export const optional =
  <T>(rule: Rule<T>): Rule<T | undefined> =>
  (given, name) =>
    given === undefined || given === null ? undefined : rule(given, name);

/** The rule of an option with a default, which also replaces `null`. */
export const withDefault =
  <T>(rule: Rule<T>, otherwise: T): Rule<T> =>
  (given, name) =>
    given === undefined || given === null ? otherwise : rule(given, name);

/**
 * The rule of a function.
 *
 * @param right its signature, such as `(ctx) => string`
 */
export const func =
  // biome-ignore lint/complexity/noBannedTypes: whatever signature the options' own type declares
    <F extends Function>(right?: string): Rule<F> =>
    (given, name) => {
      if (typeof given === 'function') return given as F;
      throw mustBe(name, right === undefined ? 'a function' : `a function ${right}`);
    };

/**
 * The rule of a text with a pattern.
 *
 * @param right what it must be, such as `an appid such as wx0123456789abcdef`
 */
export const matching =
  (pattern: RegExp, right: string): Rule<string> =>
  (given, name) => {
    if (typeof given === 'string' && pattern.test(given)) return given;
    throw mustBe(name, right);
  };

/** The rule of an option with a few values. */
export const oneOf =
  <const T extends string>(...values: readonly T[]): Rule<T> =>
  (given, name) => {
    if (values.includes(given as T)) return given as T;
    throw mustBe(name, values.map((value) => `'${value}'`).join(' or '));
  };

/** The rule of a flag. */
export const boolean: Rule<boolean> = (given, name) => {
  if (typeof given === 'boolean') return given;
  throw mustBe(name, 'true or false');
};

/**
 * The rule of a whole number.
 *
 * @param unit what is counted, such as `milliseconds`
 */
export const integer =
  ({
    least,
    most = Number.MAX_SAFE_INTEGER,
    unit = 'a whole number',
  }: {
    least: number;
    most?: number;
    unit?: string;
  }) =>
  (given: unknown, name: string): number => {
    if (Number.isSafeInteger(given) && (given as number) >= least && (given as number) <= most) return given as number;
    const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `${least} to ${most}`;
    throw mustBe(name, `${unit}, ${range}`);
  };

/** The rule of an object with certain methods. */
export const having =
  <T>(methods: readonly (keyof T & string)[], right: string): Rule<T> =>
  (given, name) => {
    const has = (method: string): boolean => typeof (given as Record<string, unknown> | null)?.[method] === 'function';
    if (methods.every(has)) return given as T;
    throw mustBe(name, right);
  };
