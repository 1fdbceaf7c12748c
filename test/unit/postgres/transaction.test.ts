import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type PgPool, type PgPoolClient, postgresInbox, postgresOnce } from '../../../src/postgres/index.js';
import { linked } from '../../support/linked.js';

const SECOND = 1_000;

type Respond = (text: string) => Promise<unknown> | undefined;

/** A client as `pg` hands it out: it answers what a server would, unless the test answers for it. */
class Client extends EventEmitter {
  readonly statements: string[] = [];
  /** How it was given back, each time: whole, or with the error that destroys it. */
  readonly releases: unknown[] = [];
  readonly #respond: Respond;

  constructor(respond: Respond = () => undefined) {
    super();
    this.#respond = respond;
  }

  async query(text: string): Promise<unknown> {
    this.statements.push(text.trim().split(/\s/, 1)[0] as string);
    return (await this.#respond(text)) ?? { rows: [{ transaction: '7' }], rowCount: 1, command: text.toUpperCase() };
  }

  release(destroy?: unknown): void {
    this.releases.push(destroy ?? 'whole');
  }
}

/** A pool that hands out its client when the test says so, or at once. */
function poolOf(client: Client, { late = false } = {}): PgPool & { deliver(): void } {
  let deliver = (): void => {};
  return {
    connect(callback: (error: undefined, client: PgPoolClient) => void) {
      deliver = () => callback(undefined, client as unknown as PgPoolClient);
      if (!late) deliver();
    },
    deliver: () => deliver(),
  } as PgPool & { deliver(): void };
}

const claim = (signal = new AbortController().signal) => ({ key: 'key', fingerprint: 'a|1|CNY', signal });
const write = async (tx: { query(text: string): Promise<unknown> }): Promise<void> => void (await tx.query('update'));
const never = async (): Promise<void> => {
  throw new Error('the handler ran');
};
const silence = (): Promise<never> => new Promise(() => {});
/** As `pg` passes on what the server refused, and as it reports a connection that broke. */
const refusal = (message = 'no'): Error => Object.assign(new Error(message), { severity: 'ERROR', code: '23505' });
const broken = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** Answers the statement that begins so. */
const answering =
  (beginning: string, answer: () => Promise<unknown>): Respond =>
  (text) =>
    text.startsWith(beginning) ? answer() : undefined;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** What became of it, so that time can be advanced meanwhile. */
const outcomeOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    (outcome) => outcome,
    (error: Error) => error,
  );

describe('a client goes back whole', () => {
  test.each<[string, Client, Parameters<ReturnType<typeof postgresOnce>>[1], unknown]>([
    ['after a commit', new Client(), write as never, 'ran'],
    [
      'after a claim that is done already',
      new Client((text) => {
        if (text.startsWith('insert')) return Promise.resolve({ rows: [], rowCount: 0 });
        return text.startsWith('select fingerprint')
          ? Promise.resolve({ rows: [{ fingerprint: 'a|1|CNY' }] })
          : undefined;
      }),
      never,
      'already',
    ],
    [
      'after a claim that found the key locked',
      new Client(answering('insert', () => Promise.reject(Object.assign(refusal(), { code: '55P03' })))),
      never,
      'busy',
    ],
    ['after a handler that failed', new Client(), never, expect.objectContaining({ message: 'the handler ran' })],
    [
      'after a statement the server refused',
      new Client(answering('insert', () => Promise.reject(refusal('no such table')))),
      never,
      expect.objectContaining({ code: 'ERR_WXPAY_STORE_FAILED' }),
    ],
    [
      'after a commit the server refused',
      new Client(answering('commit', () => Promise.reject(refusal('deferred constraint')))),
      write as never,
      expect.objectContaining({ message: linked('PostgreSQL: deferred constraint') }),
    ],
    [
      'after a commit that was answered with a rollback',
      new Client(answering('commit', async () => ({ command: 'ROLLBACK' }))),
      write as never,
      expect.objectContaining({ message: linked('PostgreSQL: commit was answered with ROLLBACK') }),
    ],
  ])('%s', async (_, client, work, outcome) => {
    expect(await outcomeOf(postgresOnce(poolOf(client))(claim(), work))).toEqual(outcome);
    expect(client.releases).toEqual(['whole']);
    expect(client.listenerCount('error')).toBe(0);
    expect(client.statements.filter((statement) => statement === 'rollback')).toHaveLength(outcome === 'ran' ? 0 : 1);
  });

  test('when it comes after the copy has answered busy', async () => {
    const client = new Client();
    const pool = poolOf(client, { late: true });
    const outcome = postgresOnce(pool)(claim(), never);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(await outcome).toBe('busy');
    pool.deliver();
    await new Promise(setImmediate);
    expect([client.releases, client.statements, client.listenerCount('error')]).toEqual([['whole'], [], 0]);
  });

  test('when it comes after its caller has given up', async () => {
    const client = new Client();
    const pool = poolOf(client, { late: true });
    const caller = new AbortController();
    const outcome = postgresOnce(pool)(claim(caller.signal), never);
    caller.abort();
    expect(await outcome).toBe('busy');
    pool.deliver();
    await new Promise(setImmediate);
    expect([client.releases, client.statements]).toEqual([['whole'], []]);
  });

  test('when its transaction begins after the copy has answered busy: it is rolled back first', async () => {
    let begin = (_: unknown): void => {};
    const begun = new Promise((resolve) => {
      begin = resolve;
    });
    const client = new Client(answering('begin', () => begun));
    const outcome = postgresOnce(poolOf(client))(claim(), never);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect([await outcome, client.releases]).toEqual(['busy', []]);
    begin({ rows: [], rowCount: 0 });
    await new Promise(setImmediate);
    expect([client.statements, client.releases]).toEqual([['begin', 'rollback'], ['whole']]);
  });
});

describe('a client is destroyed', () => {
  const dropped = (client: Client): void => {
    expect(client.releases).toEqual([expect.any(Error)]);
    expect(client.listenerCount('error')).toBe(0);
  };

  test('when the outcome of its commit is unknown', async () => {
    const client = new Client(answering('commit', () => Promise.reject(broken())));
    expect(await outcomeOf(postgresOnce(poolOf(client))(claim(), write as never))).toMatchObject({
      message: linked('PostgreSQL: the outcome of commit is unknown: read ECONNRESET'),
    });
    dropped(client);
    expect(client.statements).not.toContain('rollback');
  });

  test.each<[string, string, string]>([
    ['commit', 'commit', 'the outcome of commit is unknown: no answer within 10000 ms'],
    ['claim', 'insert', 'no answer within 10000 ms'],
  ])('when its %s has no answer within ten seconds', async (_, statement, message) => {
    const client = new Client(answering(statement, silence));
    const outcome = outcomeOf(postgresOnce(poolOf(client))(claim(), write as never));
    await jest.advanceTimersByTimeAsync(10 * SECOND - 1);
    expect(client.releases).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ message: linked(`PostgreSQL: ${message}`) });
    dropped(client);
  });

  test("when a handler's statement has no answer within ten seconds more than the handler may be idle", async () => {
    const client = new Client(answering('update', silence));
    const outcome = outcomeOf(postgresOnce(poolOf(client), { idleTimeout: 5 * SECOND })(claim(), write as never));
    await jest.advanceTimersByTimeAsync(15 * SECOND - 1);
    expect(client.releases).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await outcome;
    // Whether the connection can still roll back is not known before it has answered that.
    await jest.advanceTimersByTimeAsync(10 * SECOND);
    expect(client.releases).toHaveLength(1);
  });

  test('when the rollback failed', async () => {
    const client = new Client(answering('rollback', () => Promise.reject(broken())));
    await outcomeOf(postgresOnce(poolOf(client))(claim(), never));
    dropped(client);
  });

  test('when its transaction began too late and could not be rolled back', async () => {
    let fail = (_: Error): void => {};
    const failing = new Promise((_, reject) => {
      fail = reject;
    });
    const client = new Client(answering('begin', () => failing));
    const outcome = postgresOnce(poolOf(client))(claim(), never);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(await outcome).toBe('busy');
    fail(broken());
    await new Promise(setImmediate);
    dropped(client);
  });

  test('when its connection is lost while the handler runs', async () => {
    const client = new Client();
    const outcome = outcomeOf(
      postgresOnce(poolOf(client))(claim(), () => {
        client.emit('error', broken());
        return silence();
      }),
    );
    expect(await outcome).toMatchObject({ message: linked('PostgreSQL: the connection was lost: read ECONNRESET') });
    dropped(client);
  });

  test('when its connection was lost before anything began', async () => {
    const client = new Client();
    const pool = poolOf(client, { late: true });
    const outcome = outcomeOf(postgresOnce(pool)(claim(), never));
    pool.deliver();
    client.emit('error', broken());
    expect(await outcome).toMatchObject({ message: linked('PostgreSQL: the connection was lost: read ECONNRESET') });
    dropped(client);
  });
});

describe('a client that reports its end while nothing waits for it is destroyed', () => {
  test('when it came too late for its copy', async () => {
    const client = new Client();
    const pool = poolOf(client, { late: true });
    const outcome = postgresOnce(pool)(claim(), never);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(await outcome).toBe('busy');
    pool.deliver();
    client.emit('error', broken());
    await new Promise(setImmediate);
    expect(client.releases).toEqual([expect.any(Error)]);
  });

  test('when the answer it owed came all the same', async () => {
    const client = new Client(async () => {
      client.emit('error', broken());
      return { rows: [], rowCount: 0 };
    });
    expect(await postgresInbox(poolOf(client) as never).take(1)).toEqual([]);
    expect(client.releases).toEqual([expect.any(Error)]);
  });
});

describe('a statement of the inbox', () => {
  test('gives its client back whole after an answer, and after a refusal of the server', async () => {
    const answered = new Client(async () => ({ rows: [], rowCount: 0 }));
    expect(await postgresInbox(poolOf(answered) as never).take(1)).toEqual([]);
    expect([answered.releases, answered.listenerCount('error')]).toEqual([['whole'], 0]);
    const refused = new Client(() => Promise.reject(refusal()));
    await expect(postgresInbox(poolOf(refused) as never).take(1)).rejects.toThrow('PostgreSQL: no');
    expect([refused.releases, refused.listenerCount('error')]).toEqual([['whole'], 0]);
  });

  test('destroys its client when the connection broke, or gave no answer within ten seconds', async () => {
    const cut = new Client(() => Promise.reject(broken()));
    await expect(postgresInbox(poolOf(cut) as never).take(1)).rejects.toThrow('read ECONNRESET');
    expect(cut.releases).toEqual([expect.any(Error)]);
    const mute = new Client(silence);
    const outcome = outcomeOf(postgresInbox(poolOf(mute) as never).take(1));
    await jest.advanceTimersByTimeAsync(10 * SECOND - 1);
    expect(mute.releases).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject({ message: linked('PostgreSQL: no answer within 10000 ms') });
    expect(mute.releases).toEqual([expect.any(Error)]);
  });

  test('gives a client back unused that comes after ten seconds', async () => {
    const client = new Client();
    const pool = poolOf(client, { late: true });
    const outcome = outcomeOf(postgresInbox(pool as never).take(1));
    await jest.advanceTimersByTimeAsync(10 * SECOND);
    expect(await outcome).toMatchObject({ message: linked('PostgreSQL: no answer within 10000 ms') });
    pool.deliver();
    await new Promise(setImmediate);
    expect([client.releases, client.statements, client.listenerCount('error')]).toEqual([['whole'], [], 0]);
  });
});

describe('a wrapper around the pool', () => {
  const wrapped = (connect: (callback: (error: unknown, client: unknown) => void) => unknown): PgPool =>
    ({ connect }) as unknown as PgPool;

  test('that answers both ways with one client gets it back once', async () => {
    const client = new Client();
    const pool = wrapped((callback) => {
      callback(undefined, client);
      return Promise.resolve(client);
    });
    expect(await postgresOnce(pool)(claim(), write as never)).toBe('ran');
    expect(client.releases).toEqual(['whole']);
  });

  test('that answers with a second client gets that one back at once', async () => {
    const [first, second] = [new Client(), new Client()];
    const pool = wrapped((callback) => {
      callback(undefined, first);
      return Promise.resolve(second);
    });
    expect(await postgresOnce(pool)(claim(), write as never)).toBe('ran');
    expect([first.releases, second.releases, second.statements]).toEqual([['whole'], ['whole'], []]);
  });

  test.each<[string, (callback: (error: unknown, client: unknown) => void) => unknown]>([
    ['its callback', (callback) => callback(new Error('too many clients'), undefined)],
    ['its promise', () => Promise.reject(new Error('too many clients'))],
  ])('that fails through %s is a failed store', async (_, connect) => {
    expect(await outcomeOf(postgresOnce(wrapped(connect))(claim(), never))).toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked('PostgreSQL: too many clients'),
    });
  });
});
