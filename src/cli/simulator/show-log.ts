import type { OverviewJson, PageJson } from '../../simulator/control/json-types.js';
import { count } from '../arguments.js';
import { type Command, jsonOption } from '../command.js';
import { type Paint, paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { connect, query } from './client.js';
import { follow } from './events.js';

/** Records of the simulator that are listed, and followed. */
export interface Log<Item extends { id: string }> {
  /** The path under `/__sim`. */
  path: string;
  /** The type of the events that carry a record. */
  event: string;
  /** The cells of a row. */
  cells(item: Item, paint: Paint): string[];
  /** The widths of the columns while it is followed. */
  widths: readonly number[];
  /** Whether a record is complete: events come at its start as well. */
  isDone(item: Item): boolean;
  /** What is printed when there are none. */
  none: string;
}

export interface LogOptions {
  url: string;
  order?: string;
  limit?: number;
  follow?: boolean;
  json?: boolean;
}

/** Adds the options of a log to its command. */
export const withLogOptions = (log: Command): Command =>
  log
    .option('-f, --follow', 'go on with what happens, until Ctrl-C')
    .option('--order <number>', 'only what concerns this order (out_trade_no)')
    .option('--limit <n>', 'how many at most', count('--limit', 500))
    .addOption(jsonOption());

/** Prints the latest records, oldest first, and with `follow` those that come. */
export async function showLog<Item extends { id: string; out_trade_no?: string | undefined }>(
  log: Log<Item>,
  { url, order, limit, follow: following = false, json = false }: LogOptions,
): Promise<void> {
  const { request } = connect(url);
  const { lastEvent } = await request<OverviewJson>('GET', '');
  const search = query({ out_trade_no: order, limit: limit ?? (following ? 10 : 50) });
  const { items, next } = await request<PageJson<Item>>('GET', `/${log.path}${search}`);
  const shown = items.toReversed().filter((item) => !following || log.isDone(item));
  const colours = paint(process.stdout);
  if (json && !following) return console.log(JSON.stringify({ items, next }, null, 2));
  const rows = shown.map((item) => log.cells(item, colours));
  if (json) for (const item of shown) console.log(JSON.stringify(item));
  else if (rows.length > 0) console.log(table(rows, following ? log.widths : []));
  else if (!following) console.log(log.none);
  if (!following) return;
  const printed = new Set(shown.map(({ id }) => id));
  await followLog(url, lastEvent, (type, data) => {
    const item = data as Item;
    const isOwn = type === log.event && (order === undefined || item.out_trade_no === order);
    if (!isOwn || !log.isDone(item) || printed.has(item.id)) return;
    printed.add(item.id);
    console.log(json ? JSON.stringify(item) : table([log.cells(item, colours)], log.widths));
  });
}

/** Runs until Ctrl-C. */
async function followLog(url: string, after: number, onEvent: (type: string, data: unknown) => void): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const { yellow } = paint(process.stderr);
  const onConnection = (state: 'lost' | 'back'): void =>
    console.error(yellow(state === 'lost' ? `${url} does not answer, trying again` : `${url} is back`));
  try {
    for await (const { type, data } of follow(url, { after, signal: stopping.signal, onConnection })) {
      if (type === 'gap') console.error(yellow('some lines were missed'));
      else onEvent(type, data);
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
