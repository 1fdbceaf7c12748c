import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { reconcile as walk } from '../reconcile/reconcile.js';
import type { ReconcileOptions, ReconcileReport } from '../reconcile/types.js';
import type { OrderQueries } from '../settlement/types.js';
import { type Bar, progressBar } from './progress-bar.js';
import { UsageError } from './usage.js';

export const summary = 'ask WeChat about the pending orders of a shop, settle the paid, close the expired';

const HELP = `Usage: koa-wxpay reconcile <module> [options]

Walks the pending orders of a shop once. For cron, or for a person after an outage; a shop
with a queue calls reconcile() of koa-wxpay as a job instead.

<module> is a file of the shop whose default export holds what reconcile() takes:

  export default {
    settlement,                            // what createSettlement() returned
    pending: () => pendingOrders(),        // an async iterable of { order, prepaidAt }
    onClosed: (order) => markClosed(order),
    total: () => countPending(),           // optional: how far the bar has to go
    end: () => pool.end(),                 // optional: lets the process end
  };

Options:
  --since <moment>   what the run before this one printed: ask only for orders whose next look fell
                     due since then (default: all older than a minute)
  --help             this text

Exits with 1 when an order failed, WeChat did not answer or Ctrl-C stopped it; the next run asks again.`;

const STOPS = ['SIGINT', 'SIGTERM'] as const;

/** What the module of a shop exports. */
export interface ReconcileModule extends ReconcileOptions {
  settlement: OrderQueries;
  total?(): Promise<number> | number;
  end?(): Promise<void> | void;
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return console.log(HELP);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError(`one module is needed\n\n${HELP}`);
  const since = sinceOf(values.since);
  const { settlement, total, end, ...options } = await load(file);
  const stopping = new AbortController();
  const unhook = (): void => STOPS.forEach((signal) => void process.removeListener(signal, stop));
  // asked a second time, the process ends at once
  function stop(): void {
    unhook();
    stopping.abort();
  }
  for (const signal of STOPS) process.on(signal, stop);
  try {
    const bar = progressBar(process.stderr, await total?.());
    const report = await walk(settlement, {
      ...options,
      ...(since !== undefined && { since }),
      signal: options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal,
      onProgress: tell(bar, options),
    });
    bar.end();
    console.log(sentence(report, stopping.signal.aborted));
    if (report.failed > 0 || !report.complete) process.exitCode = 1;
  } finally {
    unhook();
    await end?.();
  }
}

export const reconcile = { summary, run };

/** What failed is said at once, above the bar. */
const tell =
  (bar: Bar, { onProgress }: ReconcileOptions): ReconcileOptions['onProgress'] =>
  (progress) => {
    const { order, outcome, error, seen } = progress;
    if (outcome === 'failed')
      bar.line(`${order?.out_trade_no}: ${error instanceof Error ? error.message : String(error)}`);
    if (outcome === 'refunded') bar.line(`${order.out_trade_no}: paid and refunded at WeChat, pending here`);
    bar.show(seen, outcome);
    onProgress?.(progress);
  };

const sentence = ({ since, complete, errors: _, ...counts }: ReconcileReport, stopped: boolean): string => {
  const said = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome.replace('_', ' ')}`);
  const what = said.join(', ') || 'no pending orders';
  const early = stopped ? 'it was stopped' : 'WeChat does not answer';
  return `${what}${complete ? '' : `; ended early: ${early}`}${since === undefined ? '' : ` (next time: --since ${since})`}`;
};

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { since: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${HELP}`);
  }
}

function sinceOf(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{12}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`--since must be the number the run before printed, such as 1764000000000, not "${text}"`);
}

async function load(file: string): Promise<ReconcileModule> {
  if (!existsSync(resolve(file))) throw new UsageError(`there is no ${file}`);
  const url = pathToFileURL(resolve(file)).href;
  const { default: found } = (await import(url, { with: {} }).catch((cause: unknown) => {
    throw new UsageError(`cannot load ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  })) as { default?: ReconcileModule };
  if (typeof found?.settlement?.query !== 'function') {
    throw new UsageError(`the default export of ${file} must hold "settlement", "pending" and "onClosed"\n\n${HELP}`);
  }
  return found;
}
