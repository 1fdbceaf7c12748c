import type { Storage } from '../storage/storage.js';
import type { Kinds } from './kinds.js';

/** What an earlier run kept of a kind, in the order in which it was added. */
export type KeptList<Kind extends keyof Kinds> = readonly { id: string; value: Kinds[Kind] }[];

/** The side of a storage that the parts of a simulator write to. */
export interface Keeper {
  /** Keeps a value. It is asked for when it is written, so that it is the latest. */
  keep<Kind extends keyof Kinds>(
    kind: Kind,
    id: string,
    value: () => Kinds[Kind] | undefined,
  ): void;
  drop(kind: keyof Kinds, id: string): void;
  kept<Kind extends keyof Kinds>(kind: Kind): KeptList<Kind>;
}

export const keeperOf = (storage: Storage): Keeper => ({
  keep: (kind, id, value) => storage.keep(kind, id, value),
  drop: (kind, id) => storage.drop(kind, id),
  kept: <Kind extends keyof Kinds>(kind: Kind) =>
    storage.entries
      .filter((entry) => entry.kind === kind)
      .map(({ id, value }) => ({ id, value: value as Kinds[Kind] })),
});
