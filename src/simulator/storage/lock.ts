import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** The files that this process has locked. */
const own = new Set<string>();

/**
 * Locks a file by the number of this process. The lock of a process that was killed is taken over.
 *
 * @returns what unlocks it
 * @throws {TypeError} when another process has it, which may be this one
 */
export function lock(file: string): () => void {
  const holder = holderOf(file);
  if (holder !== undefined) {
    throw new TypeError(`${file}: the folder is in use by the process ${holder}`);
  }
  writeFileSync(file, `${process.pid}\n`);
  own.add(file);
  return () => {
    own.delete(file);
    rmSync(file, { force: true });
  };
}

function holderOf(file: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  // In a container every start has the same number.
  if (pid === process.pid) return own.has(file) ? pid : undefined;
  return isAlive(pid) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  if (!(Number.isSafeInteger(pid) && pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
