import { readFileSync } from 'node:fs';
import { UsageError } from './usage.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/**
 * Reads a file that an argument names.
 *
 * @throws {UsageError} naming the file, and why it cannot be read
 */
export function readFile(file: string): Buffer {
  try {
    // "-" is what is piped in.
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file}: ${REASONS[code] ?? (error as Error).message}`);
  }
}
