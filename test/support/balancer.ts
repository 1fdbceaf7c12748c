import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One address before several servers, which take turns. */
export interface Balancer {
  url: string;
  /** Requests each of them was given. */
  served: number[];
  stop(): Promise<void>;
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const served = ports.map(() => 0);
  let turn = 0;
  const server = createServer((req, res) => {
    const at = turn++ % ports.length;
    served[at]!++;
    const { method, url, headers } = req;
    const onward = request({ host: '127.0.0.1', port: ports[at], method, path: url, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
