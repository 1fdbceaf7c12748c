import { reasonOf } from '../once/store-error.js';

const NO_SUCH_TABLE = 1146;

/** Returns the number of a MySQL error. */
export const errnoOf = (error: unknown): unknown => (error as { errno?: unknown } | null | undefined)?.errno;

/**
 * Describes a failed statement. Where the table is missing, the text contains the SQL that creates
 * it.
 */
export const explainFailure = (error: unknown, tableSql: string): string =>
  errnoOf(error) === NO_SUCH_TABLE ? `${reasonOf(error)}; create the table with: ${tableSql}` : reasonOf(error);
