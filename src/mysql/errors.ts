import { reasonOf } from '../once/store-error.js';

const NO_SUCH_TABLE = 1146;

/** The number that MySQL gives to an error. */
export const errnoOf = (error: unknown): unknown => (error as { errno?: unknown } | null | undefined)?.errno;

/** What a failed statement is reported as: where the table is missing, with the SQL that creates it. */
export const explainFailure = (error: unknown, tableSql: string): string =>
  errnoOf(error) === NO_SUCH_TABLE ? `${reasonOf(error)}; create the table with: ${tableSql}` : reasonOf(error);
