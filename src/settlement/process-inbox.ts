import { hasCode, WxpayError } from '../core/errors.js';
import type { Inbox, InboxEntry } from '../once/inbox.js';
import { notifyListener } from '../util/notify-listener.js';
import { func, integer, optional, type Rules, readOptions, withDefault } from '../util/options.js';
import { printable } from '../util/printable.js';
import { claimOf, claimOfOther } from './claim.js';
import { fulfilling, never } from './fulfil.js';
import { matchNotice } from './match.js';
import type { ResolvedSettlementOptions } from './options.js';
import { runOnce } from './run-once.js';
import { traceSettlement } from './traced.js';
import type { FulfilOther, ProcessInboxOptions, Verdict } from './types.js';

type InboxOptions<Tx> = ResolvedSettlementOptions<Tx> & { inbox: Inbox<Tx> };

const RULES = {
  limit: withDefault(integer({ least: 1 }), 10),
  onError: optional(func<NonNullable<ProcessInboxOptions['onError']>>('(error) => void')),
  onDead: optional(func<NonNullable<ProcessInboxOptions['onDead']>>('(entry) => void')),
} satisfies Rules<ProcessInboxOptions>;

/** Makes the function that fulfils stored notices that are due. */
export function createInboxProcessor<Tx>(options: InboxOptions<Tx>): (given?: ProcessInboxOptions) => Promise<number> {
  const { inbox } = options;

  return async function processInbox(given = {}) {
    const { limit, onError, onDead } = readOptions('processInbox', given, RULES);
    const entries = await inbox.take(limit);
    const processed = entries.map((entry) => process(entry, onDead));
    // Report them while the inbox is busy too: an entry that killed its process must not wait for a
    // quiet hour.
    if (onDead) processed.push(reportAbandoned(onDead));
    await Promise.all(processed.map((one) => one.catch((error: unknown) => notifyListener(onError, error))));
    return entries.length;
  };

  async function process(entry: InboxEntry, onDead: ProcessInboxOptions['onDead']): Promise<void> {
    try {
      await traceSettlement(entry.notice, () => fulfil(options, entry));
      await inbox.done(entry.key);
    } catch (error) {
      // Another worker holds the entry, or no connection is free: the entry itself has not failed.
      if (hasCode(error, 'ERR_WXPAY_BUSY')) await inbox.putBack(entry);
      else if (await inbox.failed(entry, reasonOf(error))) notifyListener(onDead, entry);
      throw error;
    }
  }

  async function reportAbandoned(onDead: NonNullable<ProcessInboxOptions['onDead']>): Promise<void> {
    for (const entry of await inbox.abandoned()) notifyListener(onDead, entry);
  }
}

/**
 * Fulfils a stored notice under a key of its own. The key of the notice itself records that it was
 * stored.
 */
async function fulfil<Tx>(options: InboxOptions<Tx>, { key, notice }: InboxEntry): Promise<Verdict> {
  const { wxpay, once, fulfilOther } = options;
  if (notice.type === 'other') {
    const claim = { ...claimOfOther(wxpay, notice, never()), key: `fulfil:${key}` };
    return runOnce(once, claim, fulfilling(fulfilOther ?? noLonger, notice), { repeatable: true });
  }
  const claim = { ...claimOf(wxpay, notice, never()), key: `fulfil:${key}` };
  // The order may have changed since the notice was stored.
  const match = await matchNotice(options, notice, claim, undefined);
  // Run it even if the order already says paid by this payment: the claim in "once" is the record
  // of fulfilment.
  if (match !== 'pending' && match !== 'duplicate') return match;
  return runOnce(once, claim, fulfilling(options.fulfil, notice), { repeatable: true });
}

/** The notice was stored by a settlement with other options. */
const noLonger: FulfilOther<unknown> = async ({ event_type }) => {
  throw new Error(`${event_type} was stored, and there is no "fulfilOther" any more`);
};

function reasonOf(error: unknown): string {
  const root = error instanceof WxpayError && error.cause instanceof Error ? error.cause : error;
  return printable(root);
}
