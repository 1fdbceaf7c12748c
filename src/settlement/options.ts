import { oneMerchant } from '../client/one-merchant.js';
import { checkNames, type Names } from '../core/names.js';
import type { SettlementOptions } from './types.js';

/** Milliseconds: the promise, and what is left of it for a timer that a busy process runs late. */
const LONGEST = 4_500;
const USUAL = 4_200;
const FACTORIES = new Set(['memoryOnce', 'postgresOnce', 'mysqlOnce', 'redisOnce', 'leaseOnce']);

const NAMES: Names<SettlementOptions<unknown>> = {
  wxpay: true,
  findOrder: true,
  once: true,
  fulfil: true,
  mode: true,
  inbox: true,
  onAnomaly: true,
  onIgnored: true,
  deadline: true,
};

/** @throws TypeError naming the option, in quotes, and what would be right */
export function resolveSettlement<Tx, Ctx>(options: SettlementOptions<Tx, Ctx>) {
  const { wxpay, findOrder, once, fulfil, onAnomaly, onIgnored, deadline = USUAL } = options ?? {};
  const { mode = 'settle-then-ack', inbox } = options ?? {};
  checkNames('wxNotify and createSettlement', options ?? {}, NAMES);
  oneMerchant(wxpay, 'wxpay');
  if (typeof findOrder !== 'function') {
    throw new TypeError('"findOrder" must be a function (out_trade_no, ctx) => Promise<Order | null>');
  }
  if (typeof once !== 'function') {
    throw new TypeError(
      '"once" must be what postgresOnce(pool) from koa-wxpay/postgres returns (or another of the stores; memoryOnce() for development), or a function of your own',
    );
  }
  // a factory that was not called; what they return has their names, and takes a claim and the work
  if (once.length < 2 && FACTORIES.has(once.name))
    throw new TypeError(`"once" must be what ${once.name}() returns: call it`);
  for (const [name, hook] of Object.entries({ fulfil, onAnomaly, onIgnored })) {
    if (hook !== undefined && typeof hook !== 'function') throw new TypeError(`"${name}" must be a function`);
  }
  if (!(Number.isFinite(deadline) && deadline > 0 && deadline <= LONGEST)) {
    throw new TypeError(`"deadline" must be milliseconds, at most ${LONGEST}: WeChat Pay hangs up at 5 s`);
  }
  checkMode(mode, inbox, fulfil);
  return { wxpay, findOrder, once, fulfil, onAnomaly, onIgnored, deadline, inbox };
}

function checkMode(mode: unknown, inbox: unknown, fulfil: unknown): void {
  if (mode !== 'settle-then-ack' && mode !== 'persist-then-ack') {
    throw new TypeError(`"mode" must be 'settle-then-ack' or 'persist-then-ack'`);
  }
  if (mode === 'settle-then-ack') {
    if (inbox !== undefined) throw new TypeError(`"inbox" goes with mode: 'persist-then-ack'`);
    return;
  }
  if (typeof (inbox as { put?: unknown } | undefined)?.put !== 'function') {
    throw new TypeError(`"inbox" must be given with mode: 'persist-then-ack': postgresInbox(pool) or mysqlInbox(pool)`);
  }
  if (!fulfil)
    throw new TypeError(`"fulfil" must be given with mode: 'persist-then-ack': a worker runs it without a request`);
}
