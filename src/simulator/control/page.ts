import { z } from 'zod';
import { strictProperties } from '../scenarios/check.js';

const MOST = 500;

/** A number in a query, which is text there. */
export const queryInteger = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

/** The query of a list, with the fields that choose from it. */
export const listQuery = <Shape extends Record<string, z.ZodType>>(shape: Shape) =>
  strictProperties({
    ...shape,
    cursor: queryInteger(0, Number.MAX_SAFE_INTEGER)
      .optional()
      .describe('the `next` of the page before'),
    limit: queryInteger(1, MOST).optional().describe('how many at most; default 50'),
  });

/** The answer of a list. */
export const pageOf = (item: z.ZodType) =>
  z.strictObject({
    items: z.array(item).describe('newest first'),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last one'),
  });

interface PageQuery {
  cursor?: number | undefined;
  limit?: number | undefined;
}

/**
 * One page of a list, newest first. The cursor is a place from the old end, so that nothing that is
 * added moves the pages.
 *
 * @param all oldest first
 * @param dropped how many older ones are no longer in the list
 */
export function page<Item>(
  all: readonly Item[],
  { cursor, limit = 50 }: PageQuery,
  { where = () => true, dropped = 0 }: { where?: (item: Item) => boolean; dropped?: number } = {},
): { items: Item[]; next: string | null } {
  const items: Item[] = [];
  let at = Math.min(cursor === undefined ? all.length : cursor - dropped, all.length);
  while (at > 0 && items.length < limit) {
    const item = all[--at] as Item;
    if (where(item)) items.push(item);
  }
  // A page after this one must not be empty.
  while (at > 0 && !where(all[at - 1] as Item)) at--;
  return { items, next: at > 0 ? String(at + dropped) : null };
}
