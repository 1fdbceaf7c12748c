import type { CauseCode, Detail, FoundCause } from './causes/cause.js';

/** One way to make a part of a string to sign; without causes it is the documented way. */
export interface Way<Value> {
  value: Value;
  causes: readonly FoundCause[];
}

/** The documented way. */
export const right = <Value>(value: Value): Way<Value> => ({ value, causes: [] });

/** A usual mistake. */
export const mistake = <Value>(value: Value, code: CauseCode, detail?: Detail): Way<Value> => ({
  value,
  causes: [detail === undefined ? [code] : [code, detail]],
});

/** The ways of each part; the first of each is the documented one. */
export type Ways<Values> = { readonly [Part in keyof Values]: readonly Way<Values[Part]>[] };

/** A combination of ways. */
export interface Combination<Values> {
  values: Values;
  causes: readonly FoundCause[];
}

/** Every combination with at most `most` mistakes, those with fewer mistakes first. */
export function* combinations<Values extends object>(ways: Ways<Values>, most: number): Generator<Combination<Values>> {
  const parts = Object.keys(ways) as (keyof Values)[];
  for (let mistakes = 0; mistakes <= most; mistakes++) yield* choose(ways, parts, mistakes);
}

function* choose<Values extends object>(
  ways: Ways<Values>,
  [part, ...rest]: readonly (keyof Values)[],
  mistakes: number,
): Generator<Combination<Values>> {
  if (part === undefined) {
    if (mistakes === 0) yield { values: {} as Values, causes: [] };
    return;
  }
  if (mistakes > rest.length + 1) return;
  for (const [at, { value, causes }] of ways[part].entries()) {
    const left = at === 0 ? mistakes : mistakes - 1;
    if (left < 0) return;
    for (const others of choose(ways, rest, left)) {
      yield { values: { [part]: value, ...others.values } as Values, causes: [...causes, ...others.causes] };
    }
  }
}
