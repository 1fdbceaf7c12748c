import { IgnoredNoticeError, WxpayError } from '../core/errors.js';
import type { Notice } from '../core/vocabulary.js';
import type { Inbox, InboxEntry } from '../once/inbox.js';
import type { Claim } from '../once/once.js';
import { tell } from '../util/notify-listener.js';
import { printable } from '../util/printable.js';
import { claimOf, isRemembered, runOnce } from './claim.js';
import { checkAmount, checkOrderState, factsOf, lookUp } from './match.js';
import { resolveSettlement } from './options.js';
import { createQuery, isDurable } from './query.js';
import type { Anomaly, SettleContext, Settlement, SettlementOptions, Verdict, WorkOffOptions } from './types.js';

/**
 * One pipeline from a verified notice to its effect, shared by `wxNotify`, `wxPrepay`, `wxSettle` and whatever runs without a
 * request: match the order, then hand over once.
 *
 * @throws TypeError naming the option that is wrong
 */
export function createSettlement<Tx, Ctx = unknown>(options: SettlementOptions<Tx, Ctx>): Settlement<Tx, Ctx> {
  const { wxpay, findOrder, once, fulfil, onAnomaly, onIgnored, deadline, inbox } = resolveSettlement(options);
  const inFlight = new Set<Promise<unknown>>();

  async function settle(notice: Notice, context: SettleContext<Tx, Ctx> = {}): Promise<Verdict> {
    const claim = claimOf(wxpay, notice, context.signal ?? never());
    const verdict = (await matched(notice, claim, context.ctx)) ?? (await handOver(notice, claim, context));
    if (notice.type === 'payment.success' && isDurable(verdict)) noteSettled(notice.payment.out_trade_no, verdict);
    return verdict;
  }

  /** Compares a notice with its order. `undefined`: the order is pending, and the payment is to be fulfilled. */
  async function matched(
    notice: Notice,
    claim: Claim,
    ctx?: Ctx,
  ): Promise<'duplicate' | 'already' | 'accepted' | undefined> {
    const facts = factsOf(notice);
    const order = await lookUp(findOrder, wxpay, facts.out_trade_no, ctx);
    checkAmount(order, facts);
    if (notice.type !== 'payment.success') return undefined;
    const state = checkOrderState(order, notice.payment.transaction_id);
    if (state === 'pending') return undefined;
    if (state === 'duplicate') return 'duplicate';
    if (state !== 'unknown_payment') return anomaly({ code: state, notice, order }, ctx);
    // An order that was paid never runs the handler. Only "once" can know whether this payment paid it.
    if (await isRemembered(once, claim)) return 'already';
    return anomaly({ code: order.state === 'paid' ? 'order_invalid' : 'order_closed', notice, order }, ctx);
  }

  async function handOver(notice: Notice, claim: Claim, { work }: SettleContext<Tx, Ctx>): Promise<Verdict> {
    if (inbox) return store(inbox, notice, claim);
    return runOnce(once, claim, work ?? ((tx: Tx) => effect(notice, tx)), { repeatable: !work });
  }

  async function store(into: Inbox<Tx>, notice: Notice, claim: Claim): Promise<Verdict> {
    const { key, fingerprint } = claim;
    await runOnce(once, claim, (tx) => into.put(tx, { key, fingerprint, notice }), { repeatable: true });
    return 'stored';
  }

  async function workOff({ limit = 10, onError, onDead }: WorkOffOptions = {}): Promise<number> {
    const entries = (await inbox?.take(limit)) ?? [];
    if (entries.length === 0 && onDead) for (const entry of (await inbox?.abandoned()) ?? []) tell(onDead, entry);
    await Promise.all(entries.map((entry) => fulfilEntry(entry, onDead).catch((error) => tell(onError, error))));
    return entries.length;
  }

  /** Under a key of its own: the first one remembers that the notice was stored. Since then the order may have become another. */
  async function fulfilEntry(entry: InboxEntry, onDead: WorkOffOptions['onDead']): Promise<void> {
    const { key, notice } = entry;
    try {
      const claim = { ...claimOf(wxpay, notice, never()), key: `fulfil:${key}` };
      const found = await matched(notice, claim);
      // Run it even if the order already says paid by this payment: the claim in "once" is the record of fulfilment.
      if (found === undefined || found === 'duplicate')
        await runOnce(once, claim, (tx) => effect(notice, tx), { repeatable: true });
      await inbox?.done(key);
    } catch (error) {
      // somebody else is at it, or no connection is free: not a failure of this entry
      if (error instanceof WxpayError && error.code === 'ERR_WXPAY_BUSY') await inbox?.putBack(entry);
      else if (await inbox?.failed(entry, reasonOf(error))) tell(onDead, entry);
      throw error;
    }
  }

  async function effect(notice: Notice, tx: Tx): Promise<void> {
    if (!fulfil) throw new TypeError('"fulfil" is needed where there is no middleware chain to run');
    await fulfil(notice, { tx, signal: signalOf(tx) });
  }

  async function anomaly(found: Anomaly, ctx?: Ctx): Promise<'accepted'> {
    if ((await onAnomaly?.(found, ctx)) === 'ack') return 'accepted';
    throw anomalyError(found);
  }

  /** Work goes on after its caller stopped waiting: `idle` waits for it, from its first question to its last. */
  function tracked<Args extends unknown[], T>(run: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
    return (...args) => {
      const running = run(...args);
      const settled = running.then(done, done);
      inFlight.add(settled);
      function done(): void {
        inFlight.delete(settled);
      }
      return running;
    };
  }

  async function ignore(raw: unknown, ctx?: Ctx): Promise<void> {
    if (!onIgnored)
      throw new IgnoredNoticeError('not a payment, and no "onIgnored" to hand it to: not acknowledged', raw);
    await onIgnored(raw, ctx);
  }

  const { query, noteSettled } = createQuery<Ctx>(wxpay, (notice, { ctx, signal }) =>
    settle(notice, { ...(ctx && { ctx }), ...(signal && { signal }) }),
  );

  return Object.freeze({
    wxpay,
    deadline,
    hasFulfil: fulfil !== undefined,
    hasInbox: inbox !== undefined,
    workOff: tracked(workOff),
    settle: tracked(settle),
    query: tracked(query),
    ignore: tracked(ignore),
    async idle() {
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  } satisfies Settlement<Tx, Ctx>);
}

const never = (): AbortSignal => new AbortController().signal;

function reasonOf(error: unknown): string {
  const root = error instanceof WxpayError && error.cause instanceof Error ? error.cause : error;
  return printable(root);
}

/** A lease hands its own signal along; a transaction needs none, the database undoes it. */
const signalOf = (tx: unknown): AbortSignal =>
  (tx as { signal?: unknown } | undefined)?.signal instanceof AbortSignal
    ? (tx as { signal: AbortSignal }).signal
    : never();

function anomalyError({ code, notice, order }: Anomaly): WxpayError {
  const { out_trade_no, state, transaction_id } = order;
  const paidBy = notice.type === 'payment.success' ? notice.payment.transaction_id : notice.refund.refund_id;
  switch (code) {
    case 'second_payment':
      return new WxpayError(
        'ERR_WXPAY_SECOND_PAYMENT',
        `order ${out_trade_no} is paid by ${transaction_id}, and now by ${paidBy} too: refund one`,
      );
    case 'order_closed':
      return new WxpayError(
        'ERR_WXPAY_ORDER_CLOSED',
        `order ${out_trade_no} is ${state}, and was paid by ${paidBy}: refund it or reopen it`,
      );
    case 'order_invalid':
      return new WxpayError(
        'ERR_WXPAY_ORDER_INVALID',
        `order ${out_trade_no} is paid, and findOrder did not return the "transaction_id" that paid it: return it, so that payment ${paidBy} can be compared with it, or settle this payment by hand in "onAnomaly"`,
      );
  }
}
