import type { Notice, OtherNotice } from '../core/vocabulary.js';
import { HOUR, SECOND } from '../util/clock.js';
import { integer, type Rules, readOptions, withDefault } from '../util/options.js';
import { tableName } from './sql-text.js';

/** A verified notice that was acknowledged and is not fulfilled yet. */
export interface InboxEntry {
  /** The key of the claim. All copies of one notification have the same key. */
  key: string;
  /** The fingerprint of the claim. */
  fingerprint: string;
  notice: Notice | OtherNotice;
  /** The number of this try, from 1. */
  attempt: number;
}

/** An entry that is not tried any more. */
export interface DeadLetter extends InboxEntry {
  /** The error of the last try. */
  reason: string;
}

/**
 * Stores notices between their acknowledgement and their fulfilment: the `inbox` of a settlement.
 * `postgresInbox` and `mysqlInbox` store them in the host's own database.
 */
export interface Inbox<Tx> {
  /**
   * Stores a notice in the transaction that records its key, so that both are committed or neither
   * is.
   */
  put(tx: Tx, entry: Omit<InboxEntry, 'attempt'>): Promise<void>;
  /**
   * Returns entries that are due, oldest first, at most `limit`. Before an entry is returned, its
   * try is counted and the next one is scheduled durably, so that an entry that kills its process
   * is not tried for ever. An entry that takes longer than the time to its next try may be returned
   * again meanwhile: `once` makes sure that it is fulfilled once.
   */
  take(limit: number): Promise<InboxEntry[]>;
  /** Removes an entry that is fulfilled. */
  done(key: string): Promise<void>;
  /**
   * Records that a try failed. The next try is already scheduled.
   *
   * @returns `true` once, when this was the last try: the entry is dead
   */
  failed(entry: InboxEntry, reason: string): Promise<boolean>;
  /** Records that a try did not take place, so that it does not count. */
  putBack(entry: InboxEntry): Promise<void>;
  /**
   * Returns entries whose last try did not end in time, for instance because its process died. Each
   * entry is returned once.
   */
  abandoned(): Promise<DeadLetter[]>;
  /** Returns the entries that are not tried any more. */
  dead(): Promise<DeadLetter[]>;
  /**
   * Schedules a dead entry again with all its tries.
   *
   * @returns `false` when there is no dead entry with this key
   */
  retry(key: string): Promise<boolean>;
}

/** Options of `postgresInbox` and `mysqlInbox`. */
export interface InboxOptions {
  /** The table, `table` or `schema.table`. @default 'koa_wxpay_inbox' */
  table?: string;
  /** How often an entry is tried. @default 12, about four hours */
  maxAttempts?: number;
  /**
   * Milliseconds until the second try. Each later wait is twice as long, at most an hour.
   *
   * @default 15_000
   */
  retryAfter?: number;
}

/** The options of an inbox, checked. */
export interface ResolvedInbox {
  table: string;
  maxAttempts: number;
  retryAfter: number;
}

/** The rule of the option `table` of what creates or uses an inbox. */
export const INBOX_TABLE = tableName('koa_wxpay_inbox');

const RULES = {
  table: INBOX_TABLE,
  maxAttempts: withDefault(integer({ least: 1 }), 12),
  retryAfter: withDefault(integer({ least: SECOND, most: HOUR, unit: 'milliseconds' }), 15 * SECOND),
} satisfies Rules<InboxOptions>;

/**
 * Checks the options of an inbox.
 *
 * @throws {TypeError} names the option that is wrong
 */
export const resolveInbox = (options: InboxOptions): ResolvedInbox => readOptions('an inbox', options, RULES);

/** A row of the table, as every database returns it. */
export interface InboxRow {
  key: string;
  fingerprint: string;
  notice: string;
  attempts: number | string;
  reason: string | null;
}

export const entryOf = ({ key, fingerprint, notice, attempts }: InboxRow): InboxEntry => ({
  key,
  fingerprint,
  notice: JSON.parse(notice) as InboxEntry['notice'],
  attempt: Number(attempts),
});

export const deadOf = (row: InboxRow): DeadLetter => ({ ...entryOf(row), reason: row.reason ?? '' });

/** The reason of an entry whose last try did not end. */
export const ABANDONED = 'the last try did not come to an end in time';

/** Cuts a reason to 500 characters: errors of drivers can be long. */
export const shortened = (reason: string): string => reason.slice(0, 500);
