import { WxpayError } from '../core/errors.js';
import type { IgnoredNotification } from '../core/vocabulary.js';
import { printable } from '../util/printable.js';
import type { ResolvedNoticeOptions } from './options.js';

/**
 * Makes the function that hands a notification to `onIgnored`.
 *
 * @throws {WxpayError} `ERR_WXPAY_NOT_A_PAYMENT` from the returned function, where there is no
 * `onIgnored`
 */
export const ignoring =
  <Tx>({ onIgnored }: Pick<ResolvedNoticeOptions<Tx>, 'onIgnored'>) =>
  async (ignored: IgnoredNotification, ctx?: unknown): Promise<void> => {
    if (!onIgnored) {
      const { event_type } = ignored;
      const what = event_type === undefined ? 'not a payment' : `${event_type} is not a payment to settle`;
      throw new WxpayError(
        'ERR_WXPAY_NOT_A_PAYMENT',
        `${printable(what)}, and there is neither "fulfilOther" nor "onIgnored" to hand it to: not acknowledged`,
      );
    }
    await onIgnored(ignored, ctx);
  };
