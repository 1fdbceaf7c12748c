import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { createInboxTable, postgresInbox } from '../../../src/postgres/index.js';
import { describeWith } from '../../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../../support/postgres.js';
import { startProxy } from '../../support/proxy.js';

describeWith(POSTGRES, 'an inbox on PostgreSQL', () => {
  let server: PrivatePostgres;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = server.pool();
    await createInboxTable(pool);
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  test('a network that swallows an answer ends the try, and keeps no connection', async () => {
    const proxy = await startProxy(server.port);
    const small = server.pool({ max: 1, connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/postgres` });
    const inbox = postgresInbox(small);
    await inbox.take(1);
    proxy.silence();
    await expect(inbox.take(1)).rejects.toThrow('no answer within 10000 ms');
    expect(await inbox.take(1)).toEqual([]);
    await small.end();
    await proxy.close();
  });

  test('a client whose pool gave up waiting for it is not asked again', async () => {
    const proxy = await startProxy(server.port);
    const connectionString = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    const small = server.pool({ max: 1, connectionString, query_timeout: 2_000 });
    const inbox = postgresInbox(small);
    await inbox.take(1);
    proxy.silence();
    await expect(inbox.take(1)).rejects.toThrow('Query read timeout');
    expect(await inbox.take(1)).toEqual([]);
    await small.end();
    await proxy.close();
  });

  test('a server that takes connections and says nothing holds up no worker', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const small = server.pool({ max: 1, connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
    await expect(postgresInbox(small).take(1)).rejects.toThrow('no answer within 10000 ms');
    for (const socket of sockets) socket.destroy();
    await small.end();
    mute.close();
  });
});
