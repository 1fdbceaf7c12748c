import { codeOf } from '../once/store-error.js';

/** unique_violation (in the catalogue), duplicate_table, duplicate_object. */
const THERE_ALREADY: ReadonlySet<string> = new Set(['23505', '42P07', '42710']);

/**
 * Runs `create … if not exists` statements. PostgreSQL refuses one while another session is
 * creating the same table, which then exists.
 */
export async function createTables(
  db: { query(text: string): Promise<unknown> },
  statements: readonly string[],
): Promise<void> {
  for (const statement of statements) {
    await db.query(statement).catch((error: unknown) => {
      if (!THERE_ALREADY.has(codeOf(error) ?? '')) throw error;
    });
  }
}
