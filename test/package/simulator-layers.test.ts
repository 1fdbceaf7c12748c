import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { cycleIn, importsOf, isOurs } from './imports.js';

const imports = importsOf('src/simulator').filter(isOurs);

/** The lines of the drawing in the docblock of the simulator, highest first. */
function drawnLayers(): string[][] {
  const source = readFileSync(new URL('../../src/simulator/index.ts', import.meta.url), 'utf8');
  const lines = source.match(/^ \* {5}\S.*$/gm) ?? [];
  return lines.map((line) => line.match(/(?<=\s{2})[\w-]+(?:\/|\.ts)(?=\s|$)/g) ?? []);
}

/** `src/simulator/v2/fields.ts` is in `v2/`, `src/simulator/state.ts` is `state.ts`. */
const placeOf = (file: string): string => {
  const [first = '', ...rest] = file.slice('src/simulator/'.length).split('/');
  return rest.length > 0 ? `${first}/` : first;
};

const layers = drawnLayers();
const heightOf = (file: string): number => layers.findIndex((line) => line.includes(placeOf(file)));
const inside = imports.filter(({ to }) => to.startsWith('src/simulator/'));

test('every file and folder of the simulator is in the drawing of its layers', () => {
  const files = new Set(imports.map(({ from }) => placeOf(from)));
  const drawn = layers.flat();
  expect([...files].filter((place) => place !== 'index.ts' && !drawn.includes(place))).toEqual([]);
});

test('every import inside the simulator points to a lower line of the drawing', () => {
  const upwards = inside.filter(
    ({ from, to }) =>
      placeOf(from) !== 'index.ts' &&
      placeOf(from) !== placeOf(to) &&
      heightOf(to) <= heightOf(from),
  );
  expect(upwards.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('no files of the simulator import each other in a circle, types included', () => {
  expect(cycleIn(inside)).toBeNull();
});
