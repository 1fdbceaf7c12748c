import { codeOf, reasonOf } from '../once/store-error.js';

const UNDEFINED_TABLE = '42P01';

/**
 * Describes a failed statement. Where the table is missing, the text contains the SQL that creates
 * it.
 */
export const explainFailure = (error: unknown, tableSql: string): string =>
  codeOf(error) === UNDEFINED_TABLE ? `${reasonOf(error)}; create the table with: ${tableSql}` : reasonOf(error);
