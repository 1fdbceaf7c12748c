import type { Merchant } from '../inputs/merchant.js';
import type { Comparison, Effort, Reach } from '../row.js';
import type { AppOptions } from '../servers/app.js';
import { type Child, startChild, type Usage } from '../servers/child.js';
import type { Load, Loaded, LoadRequest } from '../servers/load.js';
import { milliseconds, perSecond } from './format.js';
import { median, quantile, ratioOf } from './statistics.js';

/** One server of a row. */
export interface Served {
  name: string;
  /** Its name in `servers/app.ts`. */
  app: string;
  reach?: { rate?: Reach; p99?: Reach };
}

/** A server that runs. */
export interface Running extends Served {
  url: string;
  process: Child;
}

export async function startServers(servers: readonly Served[], options: AppOptions): Promise<Running[]> {
  return Promise.all(
    servers.map(async (served) => {
      const process = startChild('app');
      const { url } = await process.ask<{ url: string }>({ app: served.app, options });
      return { ...served, url, process };
    }),
  );
}

export async function startUpstream(merchant: Merchant): Promise<{ url: string; process: Child }> {
  const process = startChild('upstream');
  const { url } = await process.ask<{ url: string }>({ merchant });
  return { url, process };
}

/** What one server did in each round. */
export interface Rounds {
  /** Answers a second. */
  rates: number[];
  /** Milliseconds. */
  p99s: number[];
  /** Milliseconds of its processor for each answer. */
  costs: number[];
}

/** Loads the servers in turn, round after round. Any answer but 2xx is an error: what is refused costs something else. */
export async function loadInTurn(
  servers: readonly Running[],
  requests: LoadRequest[],
  connections: number,
  { loads, warmups, seconds }: Effort,
): Promise<Map<Running, Rounds>> {
  const loader = startChild('load');
  const all = new Map<Running, Rounds>(servers.map((server) => [server, { rates: [], p99s: [], costs: [] }]));
  for (let round = -warmups; round < loads; round++) {
    for (let n = 0; n < servers.length; n++) {
      const server = servers[(n + round + warmups) % servers.length] as Running;
      const before = await server.process.ask<Usage>('usage');
      const load: Load = { url: server.url, requests, connections, seconds };
      const { rate, times, statuses } = await loader.ask<Loaded>(load);
      const after = await server.process.ask<Usage>('usage');
      checkStatuses(server, statuses);
      if (round < 0) continue;
      const found = all.get(server) as Rounds;
      found.rates.push(rate);
      found.p99s.push(quantile(times, 0.99));
      found.costs.push((after.cpu - before.cpu) / times.length);
    }
  }
  await loader.stop();
  return all;
}

function checkStatuses({ name }: Served, statuses: Loaded['statuses']): void {
  const wrong = Object.keys(statuses).filter((status) => !/^2\d\d$/.test(status));
  if (wrong.length > 0) throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
}

/** Rate, p99 and cost of the first server against each of the others. */
export function compareServers(measured: string, all: ReadonlyMap<Running, Rounds>): Comparison[] {
  const [[, ours], ...others] = [...all] as [[Running, Rounds], ...[Running, Rounds][]];
  return others.flatMap(([{ name, reach }, theirs]) => [
    compared(`${measured}, answers a second`, name, ours.rates, theirs.rates, perSecond, reach?.rate),
    compared(`${measured}, p99`, name, ours.p99s, theirs.p99s, milliseconds, reach?.p99),
    compared(`${measured}, processor time`, name, ours.costs, theirs.costs, milliseconds),
  ]);
}

function compared(
  measured: string,
  against: string,
  ours: number[],
  theirs: number[],
  print: (value: number) => string,
  reach?: Reach,
): Comparison {
  return {
    measured,
    ours: print(median(ours)),
    against,
    theirs: print(median(theirs)),
    ratio: ratioOf(ours, theirs),
    reach,
  };
}
