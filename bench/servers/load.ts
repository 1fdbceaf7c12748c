/** The second process: loads a server with autocannon, and reports what was answered and how long it took. */
import autocannon from 'autocannon';
import { answering } from './child.js';

export interface LoadRequest {
  method: 'POST' | 'GET';
  path: string;
  headers?: Record<string, string>;
  body?: Buffer;
}

export interface Load {
  url: string;
  /** Each connection sends its share of them, over and over. */
  requests: LoadRequest[];
  /** Each connection sends all of them. */
  copies?: boolean;
  connections: number;
  seconds: number;
  /** Requests a second, at the most. */
  rate?: number;
}

export interface Loaded {
  /** Answers a second. */
  rate: number;
  /** Milliseconds of each answer. */
  times: number[];
  /** How many answers had each status. */
  statuses: Record<string, number>;
}

answering(async ({ url, requests, copies, connections, seconds, rate }: Load): Promise<Loaded> => {
  let next = 0;
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const begun = performance.now();
  const { errors, timeouts } = await new Promise<autocannon.Result>((resolve, reject) => {
    const options: autocannon.Options = {
      url,
      connections,
      duration: seconds,
      ...(rate && { overallRate: rate }),
      setupClient(client) {
        const own = next++;
        const share = requests.filter((_, n) => n % connections === own);
        client.setRequests(copies || share.length === 0 ? requests : share);
      },
    };
    const run = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve(result)));
    run.on('response', (_client, status, _bytes, time) => {
      times.push(time);
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
  });
  if (errors + timeouts > 0) statuses.none = errors + timeouts;
  return { rate: times.length / ((performance.now() - begun) / 1_000), times, statuses };
});
