import type { Wxpay } from '../client/types.js';
import { WxpayError } from '../core/errors.js';
import type { IgnoredNotification, Notice, OtherNotice } from '../core/vocabulary.js';
import { claimOf } from './claim.js';
import { never } from './fulfil.js';
import { ignoring } from './ignoring.js';
import { matchNotice } from './match.js';
import { resolveNoticeOptions } from './options.js';
import { settlingOther } from './other.js';
import { runOnce } from './run-once.js';
import { traceSettlement } from './traced.js';
import type { NoticeOptions, SettleContext, Verdict } from './types.js';

/** Settles notices with the handler that follows `wxNotify` in the middleware chain. */
export interface ChainSettlement<Tx> {
  readonly wxpay: Wxpay;
  readonly deadline: number;
  /** Runs `work` at most once per notice. It cannot be run a second time within one call. */
  settle(notice: Notice, work: (tx: Tx) => Promise<void>, context?: SettleContext): Promise<Verdict>;
  /**
   * Refuses a combined order: it needs the handler once for each of its orders, and the rest of a
   * middleware chain can run only once.
   *
   * @throws {WxpayError} `ERR_WXPAY_HANDLER_FAILED`
   */
  settleCombined(notices: readonly Notice[]): Promise<never>;
  settleOther(notice: OtherNotice, context?: SettleContext): Promise<Verdict | 'ignored'>;
  ignore(ignored: IgnoredNotification, ctx?: unknown): Promise<void>;
}

/**
 * Checks the options and creates the settlement of one middleware.
 *
 * @param what how errors name the function that takes the options
 * @throws {TypeError} names the option that is wrong
 */
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

  async function settleCombined(notices: readonly Notice[]): Promise<never> {
    throw new WxpayError(
      'ERR_WXPAY_HANDLER_FAILED',
      `a combined order of ${notices.length} orders needs "fulfil": the handler after wxNotify can run only once for a request`,
      { status: 503 },
    );
  }

  return Object.freeze({
    wxpay,
    deadline,
    settle,
    settleCombined,
    settleOther: settlingOther(options),
    ignore: ignoring(options),
  });
}
