import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Database, type Entry, openDatabase } from './database.js';
import { lock } from './lock.js';

/** Where the state of a simulator is kept. */
export interface Storage {
  /** The folder; absent when nothing is kept. */
  readonly folder?: string;
  /** What an earlier run kept, in the order in which it was added. */
  readonly entries: readonly Entry[];
  /** Writes a value soon. It is asked for when it is written, so that it is the latest. */
  keep(kind: string, id: string, value: () => unknown): void;
  /** Removes a value soon. */
  drop(kind: string, id: string): void;
  /** Resolves when everything so far is written. */
  saved(): Promise<void>;
  close(): void;
}

/** The storage of a simulator that keeps nothing. */
export const noStorage: Storage = {
  entries: [],
  keep: () => {},
  drop: () => {},
  saved: () => Promise.resolve(),
  close: () => {},
};

/**
 * Opens a data folder, or creates it.
 *
 * @throws {TypeError} when it cannot be used
 */
export async function openStorage(path: string): Promise<Storage> {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new TypeError(`the data folder cannot be made: ${(error as Error).message}`);
  }
  const unlock = lock(join(folder, 'simulator.pid'));
  const file = join(folder, 'simulator.sqlite');
  try {
    // SQLite locks its file with a folder, which a process that was killed leaves behind.
    rmSync(`${file}.lock`, { recursive: true, force: true });
    const database = await openDatabase(file);
    const { stop, ...writer } = createWriter(database);
    let closed = false;
    const close = (): void => {
      if (closed) return;
      closed = true;
      try {
        stop();
      } finally {
        database.close();
        unlock();
      }
    };
    return { folder, entries: database.entries, ...writer, close };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** How long changes are collected when nobody waits for them, in milliseconds. */
const PAUSE = 50;

interface Waiting {
  kind: string;
  id: string;
  value: () => unknown;
}

/** Collects changes and writes them together: soon, or in this turn when somebody waits for them. */
function createWriter(database: Database) {
  const waiting = new Map<string, Waiting>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let stopped = false;

  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const changes = [...waiting.values()].map(({ kind, id, value }) => ({
      ...{ kind, id },
      value: value(),
    }));
    waiting.clear();
    database.write(changes);
  };

  const writeLater = (): void => {
    try {
      write();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      process.emitWarning(`the data folder cannot be written: ${reason}`, 'SimulatorWarning');
    }
  };

  const add = (kind: string, id: string, value: () => unknown): void => {
    if (stopped) return;
    waiting.set(`${kind} ${id}`, { kind, id, value });
    timer ??= setTimeout(writeLater, PAUSE).unref();
  };

  const saved = (): Promise<void> => {
    if (waiting.size === 0) return writing ?? Promise.resolve();
    writing ??= new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        writing = undefined;
        try {
          write();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return writing;
  };

  return {
    keep: add,
    drop: (kind: string, id: string) => add(kind, id, () => undefined),
    saved,
    /** Writes the rest. What changes after that is not kept. */
    stop: () => {
      stopped = true;
      write();
    },
  };
}
