import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type MysqlPool, mysqlInbox, mysqlOnce } from '../../../src/mysql/index.js';
import { linked } from '../../support/linked.js';

const SECOND = 1_000;

type Respond = (sql: string) => Promise<unknown> | undefined;

/** A connection as `mysql2/promise` hands it out: it answers what a server would, unless the test answers for it. */
class Connection extends EventEmitter {
  readonly statements: string[] = [];
  /** How it was given back, each time. */
  readonly releases: ('whole' | 'destroyed')[] = [];
  readonly #respond: Respond;

  constructor(respond: Respond = () => undefined) {
    super();
    this.#respond = respond;
  }

  async query(sql: string): Promise<unknown> {
    this.statements.push(kindOf(sql));
    return (await this.#respond(sql)) ?? [{ affectedRows: 1 }, undefined];
  }

  execute(sql: string): Promise<unknown> {
    return this.query(sql);
  }

  release(): void {
    this.releases.push('whole');
  }

  destroy(): void {
    this.releases.push('destroyed');
  }
}

/** The settings are changed before the transaction, and put back after it. */
function kindOf(sql: string): string {
  if (sql.includes('= @koa_wxpay')) return 'put back';
  return sql.trim().split(/\s/, 1)[0] as string;
}

/** A pool that hands out its connection when the test says so, or at once. */
function poolOf(connection: Connection, { late = false } = {}): MysqlPool & { deliver(): void } {
  let deliver = (): void => {};
  return {
    getConnection: () =>
      new Promise((resolve) => {
        deliver = () => resolve(connection as never);
        if (!late) deliver();
      }),
    deliver: () => deliver(),
  };
}

const claim = (signal = new AbortController().signal) => ({ key: 'key', fingerprint: 'a|1|CNY', signal });
const write = async (tx: { query(sql: string): Promise<unknown> }): Promise<void> => void (await tx.query('update x'));
const never = async (): Promise<void> => {
  throw new Error('the handler ran');
};
const silence = (): Promise<never> => new Promise(() => {});
/** As `mysql2` passes on what the server refused, and as it reports a connection that broke. */
const refusal = (changes: object = {}): Error =>
  Object.assign(new Error('no'), { sqlState: '23000', errno: 1048, ...changes });
const broken = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', fatal: true });

const answering =
  (beginning: string, answer: () => Promise<unknown>): Respond =>
  (sql) =>
    sql.startsWith(beginning) ? answer() : undefined;

const outcomeOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    (outcome) => outcome,
    (error: Error) => error,
  );

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a connection goes back whole, with the settings it had', () => {
  test('after a commit', async () => {
    const connection = new Connection();
    expect(await mysqlOnce(poolOf(connection))(claim(), write)).toBe('ran');
    expect(connection.statements).toEqual(['set', 'start', 'insert', 'update', 'update', 'commit', 'put back']);
    expect([connection.releases, connection.listenerCount('error')]).toEqual([['whole'], 0]);
  });

  test.each<[string, Respond, (tx: never) => Promise<void>, unknown]>([
    [
      'after a claim that is done already',
      (sql) => {
        if (sql.startsWith('insert')) return Promise.reject(refusal({ errno: 1062 }));
        return sql.startsWith('select') ? Promise.resolve([[{ found: 'already' }], undefined]) : undefined;
      },
      never,
      'already',
    ],
    [
      'after a claim that found the key locked',
      answering('insert', () => Promise.reject(refusal({ errno: 1205 }))),
      never,
      'busy',
    ],
    ['after a handler that failed', () => undefined, never, expect.objectContaining({ message: 'the handler ran' })],
    [
      'after a statement the server refused',
      answering('insert', () => Promise.reject(refusal())),
      never,
      expect.objectContaining({ message: linked('MySQL: no') }),
    ],
    [
      'after a commit the server refused',
      answering('commit', () => Promise.reject(refusal())),
      write as never,
      expect.objectContaining({ message: linked('MySQL: no') }),
    ],
    [
      'after a handler that ended the transaction itself',
      answering('update `', async () => [{ affectedRows: 0 }, undefined]),
      write as never,
      expect.objectContaining({ message: linked('MySQL: the handler ended the transaction itself') }),
    ],
  ])('%s', async (_, respond, work, outcome) => {
    const connection = new Connection(respond);
    expect(await outcomeOf(mysqlOnce(poolOf(connection))(claim(), work as never))).toEqual(outcome);
    expect(connection.statements.slice(-2)).toEqual(['rollback', 'put back']);
    expect([connection.releases, connection.listenerCount('error')]).toEqual([['whole'], 0]);
  });

  test('when it comes after the copy has answered busy', async () => {
    const connection = new Connection();
    const pool = poolOf(connection, { late: true });
    const outcome = mysqlOnce(pool)(claim(), never);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(await outcome).toBe('busy');
    pool.deliver();
    await new Promise(setImmediate);
    expect([connection.releases, connection.statements]).toEqual([['whole'], []]);
  });

  test('when its transaction begins after the copy has answered busy', async () => {
    let begin = (_: unknown): void => {};
    const begun = new Promise((resolve) => {
      begin = resolve;
    });
    const connection = new Connection(answering('start', () => begun));
    const outcome = mysqlOnce(poolOf(connection))(claim(), never);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect([await outcome, connection.releases]).toEqual(['busy', []]);
    begin([{}, undefined]);
    await new Promise(setImmediate);
    expect(connection.statements).toEqual(['set', 'start', 'rollback', 'put back']);
    expect([connection.releases, connection.listenerCount('error')]).toEqual([['whole'], 0]);
  });
});

describe('a connection is destroyed', () => {
  const dropped = (connection: Connection): void => {
    expect([connection.releases, connection.listenerCount('error')]).toEqual([['destroyed'], 0]);
  };

  test.each<[string, () => Promise<unknown>, string]>([
    ['broke', () => Promise.reject(broken()), 'the outcome of commit is unknown: read ECONNRESET'],
    [
      'broke with a state',
      () => Promise.reject(refusal({ fatal: true, message: 'gone' })),
      'the outcome of commit is unknown: gone',
    ],
  ])('when it %s during the commit', async (_, answer, message) => {
    const connection = new Connection(answering('commit', answer));
    expect(await outcomeOf(mysqlOnce(poolOf(connection))(claim(), write))).toMatchObject({
      message: linked(`MySQL: ${message}`),
    });
    dropped(connection);
    expect(connection.statements).not.toContain('rollback');
  });

  test.each([
    ['insert', 'no answer within 10000 ms'],
    ['commit', 'the outcome of commit is unknown: no answer within 10000 ms'],
  ])('when it is silent for ten seconds after %j', async (statement, message) => {
    const connection = new Connection(answering(statement, silence));
    const outcome = outcomeOf(mysqlOnce(poolOf(connection))(claim(), write));
    await jest.advanceTimersByTimeAsync(10 * SECOND - 1);
    expect(connection.releases).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ message: linked(`MySQL: ${message}`) });
    dropped(connection);
  });

  test.each<[string, Respond]>([
    ['the rollback failed', answering('rollback', () => Promise.reject(broken()))],
    [
      'its settings could not be put back',
      (sql) => (kindOf(sql) === 'put back' ? Promise.reject(broken()) : undefined),
    ],
  ])('when %s', async (_, respond) => {
    const connection = new Connection(respond);
    await outcomeOf(mysqlOnce(poolOf(connection))(claim(), never));
    dropped(connection);
  });

  test('when its connection is lost while the handler runs', async () => {
    const connection = new Connection();
    const outcome = outcomeOf(
      mysqlOnce(poolOf(connection))(claim(), () => {
        connection.emit('error', broken());
        return silence();
      }),
    );
    expect(await outcome).toMatchObject({ message: linked('MySQL: the connection was lost: read ECONNRESET') });
    dropped(connection);
  });

  test('when its transaction began too late and failed', async () => {
    let fail = (_: Error): void => {};
    const failing = new Promise((_, reject) => {
      fail = reject;
    });
    const connection = new Connection(answering('start', () => failing));
    const outcome = mysqlOnce(poolOf(connection))(claim(), never);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(await outcome).toBe('busy');
    fail(broken());
    await new Promise(setImmediate);
    dropped(connection);
  });
});

test('settings that were never changed are not put back', async () => {
  const connection = new Connection(answering('set', () => Promise.reject(refusal())));
  await outcomeOf(mysqlOnce(poolOf(connection))(claim(), never));
  expect(connection.statements).toEqual(['set', 'rollback']);
  expect(connection.releases).toEqual(['whole']);
});

describe('statements of the inbox', () => {
  test('give their connection back whole after a commit', async () => {
    const connection = new Connection(answering('select', async () => [[], undefined]));
    await mysqlInbox(poolOf(connection)).done('key');
    expect(connection.statements.at(-1)).toBe('commit');
    expect(connection.releases).toEqual(['whole']);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['fails', () => Promise.reject(refusal()), 'MySQL: no'],
    ['has no answer within ten seconds', silence, 'MySQL: no answer within 10000 ms'],
  ])('destroy it when one %s', async (_, answer, message) => {
    const connection = new Connection(answering('delete', answer));
    const outcome = outcomeOf(mysqlInbox(poolOf(connection)).done('key'));
    await jest.advanceTimersByTimeAsync(10 * SECOND);
    expect(await outcome).toMatchObject({ message: linked(message) });
    expect(connection.releases).toEqual(['destroyed']);
  });
});
