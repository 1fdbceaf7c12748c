import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** A way to a server of the tests whose connections can be cut, and go silent. */
export interface Proxy {
  readonly port: number;
  /** Resets this share of the connections, rounded up, in both directions; how many that were. */
  cut(share: number): number;
  /** What the server says on the connections that are open now arrives nowhere. */
  silence(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<Proxy> {
  const open = new Map<Socket, Socket>();
  const server = createServer((near) => {
    const far = createConnection(target, '127.0.0.1');
    open.set(near, far);
    const end = (): void => {
      open.delete(near);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    near.pipe(far);
    far.pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (share: number): number => {
    const pairs = [...open]
      .map((pair) => ({ pair, turn: Math.random() }))
      .sort((a, b) => a.turn - b.turn)
      .slice(0, Math.ceil(open.size * share))
      .map(({ pair }) => pair);
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
    return pairs.length;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    silence() {
      for (const [near, far] of open) far.removeAllListeners('close').unpipe(near).resume();
    },
    async close() {
      server.close();
      cut(1);
      await once(server, 'close');
    },
  };
}
