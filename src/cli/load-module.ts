import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './usage.js';

/**
 * Loads a file of the shop.
 *
 * @throws {UsageError} there is no such file, or it cannot be loaded: what is wrong, and where
 */
export async function loadModule(file: string): Promise<Record<string, unknown>> {
  if (!existsSync(resolve(file))) throw new UsageError(`there is no ${file}`);
  try {
    // With a second argument the build leaves this import() as it is.
    return (await import(pathToFileURL(resolve(file)).href, { with: {} })) as Record<string, unknown>;
  } catch (cause) {
    throw new UsageError(`cannot load ${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** The message, and the first line of the shop's own source that the stack names. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const place = /file:\/\/[^\s)]+?:\d+/.exec(cause.stack ?? '')?.[0];
  return place === undefined ? cause.message : `${cause.message} (${place})`;
}
