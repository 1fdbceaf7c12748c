import { HOUR, MINUTE } from '../../util/clock.js';
import type { LedgerOrder } from '../ledger/order.js';
import { letters } from '../random.js';
import type { SimulatorState } from '../state.js';

const CODE_LIFETIME = 2 * HOUR;
const H5_LIFETIME = 5 * MINUTE;

/** The content of the QR code of a native payment. It leads to the cashier for two hours. */
export const codeUrl = ({ ledger, random }: SimulatorState, order: LedgerOrder): string =>
  ledger.link(order, `weixin://wxpay/bizpayurl?pr=${letters(random, 9)}`, CODE_LIFETIME);

/** The page of an H5 payment. It leads to the cashier for five minutes. */
export function h5Url(
  { ledger, random, urls }: SimulatorState,
  order: LedgerOrder,
  prepay_id: string,
): string {
  const query = new URLSearchParams({ prepay_id, package: letters(random, 10) });
  const url = `${urls.primary}/cgi-bin/mmpayweb-bin/checkmweb?${query}`;
  return ledger.link(order, url, H5_LIFETIME);
}
