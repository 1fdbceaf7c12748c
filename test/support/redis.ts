import { createConnection } from 'node:net';
import { binary } from './binaries.js';
import { Account, freePort, PrivateServer } from './server.js';

/** The programs `describeWith` asks for. */
export const REDIS = ['redis-server'];

/** A Redis of our own, appending every write to its file: a killed process loses nothing. */
export async function startRedis(
  settings: Record<string, string | number> = {},
): Promise<PrivateServer & { url: string }> {
  const account = new Account('redis');
  const folder = account.folder('koa-wxpay-redis-');
  const port = await freePort();
  const chosen = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: 'always' };
  const server = new PrivateServer({
    port,
    folder,
    command: account.command(
      binary('redis-server'),
      Object.entries({ ...chosen, ...settings }).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ),
    isReady: () =>
      new Promise<void>((resolve, reject) => {
        const socket = createConnection(port, '127.0.0.1', () => socket.write('PING\r\n'));
        socket.once('data', (answer) => {
          socket.destroy();
          // "-LOADING" until the file is read.
          if (String(answer).startsWith('+PONG')) resolve();
          else reject(new Error(String(answer)));
        });
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('closed without an answer')));
      }),
  });
  await server.start();
  return Object.assign(server, { url: `redis://127.0.0.1:${port}` });
}
