import { againstBound } from '../measuring/bound.js';
import { megabytes } from '../measuring/format.js';
import type { Measure } from '../row.js';
import { type Heap, startChild } from '../servers/child.js';

const MOST = 50 * 2 ** 20;

/** What a process still holds after it has settled a million notifications with `memoryOnce`. */
export const measure: Measure = async ({ quick }) => {
  const count = quick ? 1_000 : 1_000_000;
  const settling = startChild('settle');
  try {
    // The first thousand fill what is filled once: code, caches, the keys that are remembered.
    await settling.ask({ count: 1_000 });
    const before = await settling.ask<Heap>('heap');
    await settling.ask({ count });
    const after = await settling.ask<Heap>('heap');
    const growth = Math.max(0, after.heap - before.heap);
    const name = `${count.toLocaleString('en')} notifications on memoryOnce, heap growth`;
    return { comparisons: [againstBound(name, [growth], MOST, megabytes)] };
  } finally {
    await settling.stop();
  }
};
