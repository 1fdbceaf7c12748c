import type { Notice, OtherNotice } from '../core/vocabulary.js';
import { HOUR, SECOND } from '../util/clock.js';
import { integer, type Rules, readOptions, withDefault } from '../util/options.js';
import { tableName } from './sql-text.js';

/** A verified notice that was acknowledged and waits for its fulfilment. */
export interface InboxEntry {
  /** The claim's key: the same notice has the same key, whatever copy of it arrived. */
  key: string;
  fingerprint: string;
  notice: Notice | OtherNotice;
  /** Which try this is, from 1. */
  attempt: number;
}

/** An entry nobody tries any more. */
export interface DeadLetter extends InboxEntry {
  /** What the last try failed with. */
  reason: string;
}

/**
 * Where notices wait between their acknowledgement and their fulfilment (the `inbox` of a settlement). `postgresInbox` and
 * `mysqlInbox` keep it in the host's own database.
 */
export interface Inbox<Tx> {
  /** Stores a notice in the very transaction that remembers its key: both are there or neither is. */
  put(tx: Tx, entry: Omit<InboxEntry, 'attempt'>): Promise<void>;
  /**
   * Hands out entries that are due, oldest first. The try is counted, and its successor scheduled, durably before an entry is
   * handed out: one that kills its process is not tried for ever. One that takes longer than the time to its next try may be handed
   * out again meanwhile; `once` sees to it that it is fulfilled once.
   */
  take(limit: number): Promise<InboxEntry[]>;
  /** The entry is fulfilled. */
  done(key: string): Promise<void>;
  /** A try failed; the next is scheduled already, or under way, unless it was the last: then `true`, once, and the entry is dead. */
  failed(entry: InboxEntry, reason: string): Promise<boolean>;
  /** The try did not take place: it does not count. */
  putBack(entry: InboxEntry): Promise<void>;
  /** Entries that are dead since their last try did not come to an end in time, its process did perhaps; each is given out once. */
  abandoned(): Promise<DeadLetter[]>;
  /** Entries that failed as often as they may. */
  dead(): Promise<DeadLetter[]>;
  /** Tries a dead entry again from the start; `false` when there is none of that key. */
  retry(key: string): Promise<boolean>;
}

export interface InboxOptions {
  /** @default 'koa_wxpay_inbox' */
  table?: string;
  /** Tries before an entry is dead. @default 12, about four hours */
  maxAttempts?: number;
  /** Milliseconds to the second try; doubled for each one after, an hour at most. @default 15_000 */
  retryAfter?: number;
}

export interface ResolvedInbox {
  table: string;
  maxAttempts: number;
  retryAfter: number;
}

const RULES = {
  table: tableName('koa_wxpay_inbox'),
  maxAttempts: withDefault(integer({ least: 1 }), 12),
  retryAfter: withDefault(integer({ least: SECOND, most: HOUR, unit: 'milliseconds' }), 15 * SECOND),
} satisfies Rules<InboxOptions>;

/** @throws {TypeError} naming the option that is wrong */
export const resolveInbox = (options: InboxOptions): ResolvedInbox => readOptions('an inbox', options, RULES);

/** A row, as every database gives it. */
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

/** The reason of an entry whose only try did not. */
export const ABANDONED = 'the last try did not come to an end in time';

/** Enough to know what happened; errors of drivers can be long. */
export const shortened = (reason: string): string => reason.slice(0, 500);
