import type { OtherNotice } from '../core/vocabulary.js';
import type { Inbox } from '../once/inbox.js';
import { claimOfOther } from './claim.js';
import { fulfilling, never } from './fulfil.js';
import { ignoring } from './ignoring.js';
import type { ResolvedNoticeOptions } from './options.js';
import { runOnce } from './run-once.js';
import { traceSettlement } from './traced.js';
import type { SettleContext, Verdict } from './types.js';

/**
 * Makes the function that runs `fulfilOther` once for a notification of another kind, or stores the
 * notification in the inbox. Without `fulfilOther` the notification is ignored.
 */
export function settlingOther<Tx>(options: ResolvedNoticeOptions<Tx>, inbox?: Inbox<Tx>) {
  const { wxpay, once, fulfilOther } = options;
  const ignore = ignoring(options);

  async function settle(notice: OtherNotice, { ctx, signal = never() }: SettleContext): Promise<Verdict | 'ignored'> {
    if (!fulfilOther) {
      const { type: _, ...ignored } = notice;
      await ignore(ignored, ctx);
      return 'ignored';
    }
    const claim = claimOfOther(wxpay, notice, signal);
    if (!inbox) return runOnce(once, claim, fulfilling(fulfilOther, notice), { repeatable: true });
    const { key, fingerprint } = claim;
    await runOnce(once, claim, (tx) => inbox.put(tx, { key, fingerprint, notice }), { repeatable: true });
    return 'stored';
  }

  return (notice: OtherNotice, context: SettleContext = {}) => traceSettlement(notice, () => settle(notice, context));
}
