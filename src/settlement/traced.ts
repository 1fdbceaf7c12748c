import type { Notice, OtherNotice } from '../core/vocabulary.js';
import { trace } from '../diagnostics/trace.js';
import type { Verdict } from './types.js';

/** Publishes what becomes of a notice. */
export function traceSettlement<V extends Verdict | 'ignored'>(
  notice: Notice | OtherNotice,
  settle: () => Promise<V>,
): Promise<V> {
  return trace('settlement', fieldsOf(notice), async (fields) => {
    const verdict = await settle();
    fields.verdict = verdict;
    return verdict;
  });
}

function fieldsOf(notice: Notice | OtherNotice): { type: string; out_trade_no?: string } {
  if (notice.type === 'other') return { type: notice.event_type };
  const { out_trade_no } = notice.type === 'payment.success' ? notice.payment : notice.refund;
  return { type: notice.type, out_trade_no };
}
