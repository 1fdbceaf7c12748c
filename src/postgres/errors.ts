import { codeOf, reasonOf } from '../once/store-error.js';

const UNDEFINED_TABLE = '42P01';

/** What a failed statement is reported as: where the table is missing, with the SQL that creates it. */
export const explainFailure = (error: unknown, tableSql: string): string =>
  codeOf(error) === UNDEFINED_TABLE ? `${reasonOf(error)}; create the table with: ${tableSql}` : reasonOf(error);
