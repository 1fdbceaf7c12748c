import type { Notice } from '../core/vocabulary.js';
import type { Inbox } from '../once/inbox.js';
import { refuseUnknownNames } from '../util/options.js';
import { claimOf } from './claim.js';
import { fulfilling, never } from './fulfil.js';
import { ignoring } from './ignoring.js';
import { trackInFlight } from './in-flight.js';
import { matchNotice } from './match.js';
import { resolveSettlementOptions } from './options.js';
import { settlingOther } from './other.js';
import { createInboxProcessor } from './process-inbox.js';
import { createQuery, isDurable } from './query.js';
import { runOnce } from './run-once.js';
import { traceSettlement } from './traced.js';
import type { InboxSettlement, SettleContext, Settlement, SettlementOptions, Verdict } from './types.js';

/**
 * Creates the pipeline from a verified notice to its effect, which `wxNotify`, `wxPrepay`,
 * `wxSettle`, `reconcile` and the workers share: it matches the order and then runs `fulfil` once.
 * With an `inbox` the notice is stored, and a worker runs `fulfil`.
 *
 * @throws {TypeError} names the option that is wrong, in quotes, and what would be right
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 * @example
 * const settlement = createSettlement({
 *   wxpay,
 *   findOrder,
 *   once: postgresOnce(pool),
 *   async fulfil(notice, { tx }) {
 *     if (notice.type !== 'payment.success') return;
 *     const { rowCount } = await tx.query(
 *       `update orders set state = 'paid', transaction_id = $1
 *         where out_trade_no = $2 and state = 'pending'`,
 *       [notice.payment.transaction_id, notice.payment.out_trade_no],
 *     );
 *     if (rowCount === 0) throw new Error('the order is not pending any more');
 *   },
 * });
 */
export function createSettlement<Tx, Ctx = unknown>(
  options: SettlementOptions<Tx, Ctx> & { inbox: Inbox<Tx> },
): InboxSettlement;
export function createSettlement<Tx, Ctx = unknown>(options: SettlementOptions<Tx, Ctx>): Settlement;
export function createSettlement<Tx>(given: SettlementOptions<Tx, never>): Settlement | InboxSettlement {
  const options = resolveSettlementOptions('createSettlement', given);
  const { wxpay, once, fulfil, inbox, deadline } = options;
  const { tracked, idle } = trackInFlight();
  const { query, noteSettled } = createQuery(wxpay, settle);

  function settle(notice: Notice, context: SettleContext = {}): Promise<Verdict> {
    return traceSettlement(notice, () => settleNotice(notice, context));
  }

  async function settleNotice(notice: Notice, context: SettleContext): Promise<Verdict> {
    refuseUnknownNames('settle', context, ['ctx', 'signal']);
    const { ctx, signal = never() } = context;
    const claim = claimOf(wxpay, notice, signal);
    const match = await matchNotice(options, notice, claim, ctx);
    const verdict = match === 'pending' ? await take(notice, claim) : match;
    if (notice.type === 'payment.success' && isDurable(verdict)) noteSettled(notice.payment.out_trade_no, verdict);
    return verdict;
  }

  async function take(notice: Notice, claim: ReturnType<typeof claimOf>): Promise<Verdict> {
    if (!inbox) return runOnce(once, claim, fulfilling(fulfil, notice), { repeatable: true });
    const { key, fingerprint } = claim;
    await runOnce(once, claim, (tx) => inbox.put(tx, { key, fingerprint, notice }), { repeatable: true });
    return 'stored';
  }

  async function settleCombined(notices: readonly Notice[], context?: SettleContext): Promise<Verdict[]> {
    const settled: PromiseSettledResult<Verdict>[] = [];
    for (const notice of notices) settled.push(...(await Promise.allSettled([settle(notice, context)])));
    return settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  return Object.freeze({
    wxpay,
    deadline,
    settle: tracked(settle),
    settleCombined: tracked(settleCombined),
    settleOther: tracked(settlingOther(options, inbox)),
    query: tracked(query),
    ignore: tracked(ignoring(options)),
    idle,
    ...(inbox && { processInbox: tracked(createInboxProcessor({ ...options, inbox })) }),
  });
}
