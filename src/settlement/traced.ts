import type { Notice } from '../core/vocabulary.js';
import { trace } from '../diagnostics/trace.js';
import type { Verdict } from './types.js';

/** Publishes what becomes of a notice. */
export function traceSettlement(notice: Notice, settle: () => Promise<Verdict>): Promise<Verdict> {
  const { out_trade_no } = notice.type === 'payment.success' ? notice.payment : notice.refund;
  return trace('settlement', { type: notice.type, out_trade_no }, async (fields) => {
    const verdict = await settle();
    fields.verdict = verdict;
    return verdict;
  });
}
