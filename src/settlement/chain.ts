import type { Wxpay } from '../client/types.js';
import { WxpayError } from '../core/errors.js';
import type { IgnoredNotification, Notice } from '../core/vocabulary.js';
import { claimOf } from './claim.js';
import { never } from './fulfil.js';
import { matchNotice } from './match.js';
import { type ResolvedNoticeOptions, resolveNoticeOptions } from './options.js';
import { runOnce } from './run-once.js';
import { traceSettlement } from './traced.js';
import type { NoticeOptions, SettleContext, Verdict } from './types.js';

/** Settles notices by work that is given with each notice: the handler in the middleware chain after `wxNotify`. */
export interface ChainSettlement<Tx> {
  readonly wxpay: Wxpay;
  readonly deadline: number;
  /** Runs `work` at most once per notice; it cannot be repeated within one call. */
  settle(notice: Notice, work: (tx: Tx) => Promise<void>, context?: SettleContext): Promise<Verdict>;
  ignore(ignored: IgnoredNotification, ctx?: unknown): Promise<void>;
}

/** @throws {TypeError} naming the option that is wrong */
export function createChainSettlement<Tx>(what: string, given: NoticeOptions<Tx, never>): ChainSettlement<Tx> {
  const options = resolveNoticeOptions(what, given);
  const { wxpay, once, deadline } = options;

  function settle(
    notice: Notice,
    work: (tx: Tx) => Promise<void>,
    { ctx, signal = never() }: SettleContext = {},
  ): Promise<Verdict> {
    return traceSettlement(notice, async () => {
      const claim = claimOf(wxpay, notice, signal);
      const match = await matchNotice(options, notice, claim, ctx);
      return match === 'pending' ? runOnce(once, claim, work, { repeatable: false }) : match;
    });
  }

  return Object.freeze({ wxpay, deadline, settle, ignore: ignoring(options) });
}

/** @throws {WxpayError} `ERR_WXPAY_NOT_A_PAYMENT` from the returned function, where there is no `onIgnored` */
export const ignoring =
  <Tx>({ onIgnored }: Pick<ResolvedNoticeOptions<Tx>, 'onIgnored'>) =>
  async (ignored: IgnoredNotification, ctx?: unknown): Promise<void> => {
    if (!onIgnored) {
      throw new WxpayError(
        'ERR_WXPAY_NOT_A_PAYMENT',
        'not a payment, and no "onIgnored" to hand it to: not acknowledged',
      );
    }
    await onIgnored(ignored, ctx);
  };
