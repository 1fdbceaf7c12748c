import type { Db } from './db.js';

/** How many wrong keys one client may send within a window, and all clients together that were never let in. */
const PER_CLIENT = 10;
const FROM_STRANGERS = 100;
const STRANGERS = 'strangers';
/** How long wrong keys of a client are counted together. It is minutes, so that the owner is not locked out for good. */
export const WINDOW = 15 * 60_000;

/** Who sends a key. */
export interface Client {
  /** A browser that was let in before, or an address. */
  name: string;
  /** Let in before: what strangers do does not count for it. */
  known: boolean;
}

/**
 * Counts a key before it is looked at, so that guesses sent all at once are counted too; `false`: too many were wrong, and this
 * one must not be looked at. The count is in the database, because several processes serve one shop.
 */
export async function mayTry(db: Db, { name, known }: Client, now: Date): Promise<boolean> {
  await db.query('delete from owner_guesses where since <= $1', [windowStart(now)]);
  if (known) return count(db, name, PER_CLIENT, now);
  // Asked first, so that many addresses leave few rows; counted last, so that one address alone cannot use it up.
  if (await isUsedUp(db)) return false;
  return (await count(db, name, PER_CLIENT, now)) && (await count(db, STRANGERS, FROM_STRANGERS, now));
}

/** The key was right: what was counted for it does not count. */
export async function wasRight(db: Db, { name, known }: Client): Promise<void> {
  await db.query('delete from owner_guesses where client = $1', [name]);
  if (!known) await db.query('update owner_guesses set guesses = guesses - 1 where client = $1', [STRANGERS]);
}

const windowStart = (now: Date): Date => new Date(now.getTime() - WINDOW);

async function isUsedUp(db: Db): Promise<boolean> {
  const { rows } = await db.query('select from owner_guesses where client = $1 and guesses >= $2', [
    STRANGERS,
    FROM_STRANGERS,
  ]);
  return rows.length > 0;
}

/** One statement: of any number of requests at the same moment, no more than `most` are counted. */
async function count(db: Db, client: string, most: number, now: Date): Promise<boolean> {
  const { rows } = await db.query(
    `insert into owner_guesses as g (client, guesses, since) values ($1, 1, $3)
     on conflict (client) do update set guesses = g.guesses + 1 where g.guesses < $2 returning client`,
    [client, most, now],
  );
  return rows.length > 0;
}
