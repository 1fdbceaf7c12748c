import type { ReconcileOptions, ReconcileReport } from '../../reconcile/types.js';
import type { OrderQueries } from '../../settlement/types.js';
import { type Command, command, jsonOption } from '../command.js';
import { loadModule } from '../load-module.js';
import { type Bar, progressBar } from '../output/progress-bar.js';
import { UsageError } from '../usage.js';

const NOTES = `<module> is a file of the shop whose default export holds what reconcile() takes:

  export default {
    settlement,                            // what createSettlement() returned
    pending: () => pendingOrders(),        // an async iterable of { order, prepaidAt }
    onClosed: (order) => markClosed(order),
    total: () => countPending(),           // optional: the number of orders, for the progress bar
    end: () => pool.end(),                 // optional: lets the process end
  };`;

/** `koa-wxpay reconcile` */
export const reconcileCommand = (): Command =>
  command('reconcile', {
    summary: 'ask WeChat about the pending orders of a shop, settle the paid, close the expired',
    description:
      'Walks the pending orders of a shop once. For cron, or for a person after an outage; a shop with a queue calls ' +
      'reconcile() of koa-wxpay as a job instead. Exits with 1 when an order failed, WeChat did not answer or Ctrl-C ' +
      'stopped it; the next run asks again.',
    notes: NOTES,
    examples: [
      ['reconcile ./dist/pending.js', 'all orders that are older than a minute'],
      ['reconcile ./dist/pending.js --since 1764000000000', 'only those that became due since the run before'],
    ],
  })
    .argument('<module>', 'a file of the shop')
    .option(
      '--since <moment>',
      'what the run before this one printed: ask only for orders whose next look fell due since then ' +
        '(default: all older than a minute)',
      momentOf,
    )
    .addOption(jsonOption())
    .action(run);

const STOPS = ['SIGINT', 'SIGTERM'] as const;

/** What the module of a shop exports. */
export interface ReconcileModule extends ReconcileOptions {
  settlement: OrderQueries;
  total?(): Promise<number> | number;
  end?(): Promise<void> | void;
}

interface Options {
  since?: number;
  json?: boolean;
}

async function run(file: string, { since, json = false }: Options): Promise<void> {
  const { settlement, total, end, ...options } = await load(file);
  const stopping = new AbortController();
  const unhook = (): void => STOPS.forEach((signal) => void process.removeListener(signal, stop));
  // Without a handler the second signal ends the process at once.
  function stop(): void {
    unhook();
    stopping.abort();
  }
  for (const signal of STOPS) process.on(signal, stop);
  try {
    const bar = progressBar(process.stderr, await total?.());
    const { reconcile } = await import('../../reconcile/reconcile.js');
    const report = await reconcile(settlement, {
      ...options,
      ...(since !== undefined && { since }),
      signal: options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal,
      onProgress: tell(bar, options),
    });
    bar.end();
    console.log(json ? JSON.stringify(facts(report)) : sentence(report, stopping.signal.aborted));
    if (report.failed > 0 || !report.complete) process.exitCode = 1;
  } finally {
    unhook();
    await end?.();
  }
}

/** Prints what failed at once, above the bar. */
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

/** The report without the errors, which were printed when they happened. */
const facts = ({ errors: _, ...counts }: ReconcileReport): object => counts;

function momentOf(text: string): number {
  if (/^[1-9]\d{12}$/.test(text)) return Number(text);
  throw new UsageError(`--since must be the number the run before printed, such as 1764000000000, not "${text}"`);
}

async function load(file: string): Promise<ReconcileModule> {
  const found = (await loadModule(file)).default as ReconcileModule | undefined;
  if (typeof found?.settlement?.query === 'function') return found;
  throw new UsageError(
    `the default export of ${file} must hold "settlement", "pending" and "onClosed": see "koa-wxpay reconcile --help"`,
  );
}
