import { randomBytes } from 'node:crypto';
import { DEVELOPMENT_SEED, type KeyRing, keyRing } from './crypto/rsa-keys.js';
import type { Keeper } from './kept/keeper.js';
import { ONLY } from './kept/kinds.js';
import type { SimulatorOptions } from './options.js';
import { defaultRandom, type Random, randomFrom } from './random.js';

/**
 * Where keys and everything random come from. A data folder keeps the seed of its keys.
 *
 * @throws {TypeError} when a data folder was made with another seed
 */
export function seedsOf(
  { seed, fresh = false }: SimulatorOptions,
  { kept, keep }: Keeper,
): { ring: KeyRing; random: Random } {
  const folder = kept('folder')[0]?.value;
  if (folder && seed !== undefined && seed !== folder.seed) {
    throw new TypeError(
      'the data folder was made with another seed: leave "seed" out, or use another folder',
    );
  }
  const own = fresh ? randomBytes(16).toString('hex') : DEVELOPMENT_SEED;
  const used = folder?.seed ?? seed ?? own;
  const starts = (folder?.starts ?? 0) + 1;
  keep('folder', ONLY, () => ({ seed: used, starts }));
  // Each start has numbers of its own: those of the start before are in the data folder.
  const random = seed === undefined ? defaultRandom : randomFrom(`${seed} start ${starts}`);
  return { ring: keyRing(used), random };
}
