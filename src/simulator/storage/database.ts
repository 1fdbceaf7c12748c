/** The version of the layout below. Another one is not read. */
const LAYOUT = 1;
/** What marks a file as one of ours: "wxpm". */
const APPLICATION = 0x7778706d;

const SCHEMA = `
pragma application_id = ${APPLICATION};
pragma user_version = ${LAYOUT};
create table entry (
  kind text not null,
  id text not null,
  place integer not null,
  value text not null,
  primary key (kind, id)
) without rowid;
`;

const PUT = `
insert into entry (kind, id, place, value) values (?, ?, ?, ?)
on conflict (kind, id) do update set value = excluded.value`;

/** Something that is kept: a value by its kind and its id. */
export interface Entry {
  kind: string;
  id: string;
  value: unknown;
}

/** What is to be written; a value of `undefined` is removed. */
export type Change = Entry;

/** The file that keeps the state of a simulator: SQLite, whose transactions survive a kill. */
export interface Database {
  /** Everything that is kept, in the order in which it was added. */
  readonly entries: readonly Entry[];
  /** Writes all changes, or none when the process ends meanwhile. */
  write(changes: readonly Change[]): void;
  close(): void;
}

/**
 * Opens the file, or creates it. No other process may have it open.
 *
 * @throws {TypeError} when the file is something else, or of another version
 */
export async function openDatabase(file: string): Promise<Database> {
  const { default: sqlite } = await import('node-sqlite3-wasm');
  const database = new sqlite.Database(file);
  try {
    checkLayout(file, (name) => Number(Object.values(database.get(`pragma ${name}`) ?? {})[0]));
  } catch (error) {
    database.close();
    throw error;
  }
  if (database.all("select 1 from sqlite_schema where name = 'entry'").length === 0) {
    database.exec(SCHEMA);
  }
  // Each commit reaches the disk in an order that leaves the file whole.
  database.exec('pragma journal_mode = truncate; pragma synchronous = normal;');
  const rows = database.all('select kind, id, place, value from entry order by place');
  let place = Number(rows.at(-1)?.place ?? 0);
  const put = database.prepare(PUT);
  const remove = database.prepare('delete from entry where kind = ? and id = ?');
  return {
    entries: rows.map(({ kind, id, value }) => ({
      kind: String(kind),
      id: String(id),
      value: JSON.parse(String(value)),
    })),
    write: (changes) => {
      database.exec('begin');
      try {
        for (const { kind, id, value } of changes) {
          if (value === undefined) remove.run([kind, id]);
          else put.run([kind, id, ++place, JSON.stringify(value)]);
        }
        database.exec('commit');
      } catch (error) {
        if (database.inTransaction) database.exec('rollback');
        throw error;
      }
    },
    close: () => {
      put.finalize();
      remove.finalize();
      database.close();
    },
  };
}

function checkLayout(file: string, pragma: (name: string) => number): void {
  let application: number;
  let version: number;
  try {
    application = pragma('application_id');
    version = pragma('user_version');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`${file} cannot be read (${reason}): delete it, or use another folder`);
  }
  const isNew = application === 0 && version === 0;
  if (isNew || (application === APPLICATION && version === LAYOUT)) return;
  throw new TypeError(
    application === APPLICATION
      ? `${file} is of version ${version}, and this simulator reads version ${LAYOUT}: ` +
          'delete the folder, or use another one'
      : `${file} is not a file of the simulator: use another folder`,
  );
}
