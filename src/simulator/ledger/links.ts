import { letters } from '../random.js';
import type { World } from '../world.js';
import type { LedgerOrder } from './order.js';

const CODE_SECONDS = 2 * 3600;
const H5_SECONDS = 5 * 60;

/** What the QR code of a native payment holds; leads to the cashier for two hours. */
export const codeUrl = ({ ledger, random }: World, order: LedgerOrder): string =>
  ledger.link(order, `weixin://wxpay/bizpayurl?pr=${letters(random, 9)}`, CODE_SECONDS);

/** Where the browser of an h5 payment goes; leads to the cashier for five minutes. */
export function h5Url({ ledger, random, urls }: World, order: LedgerOrder, prepay_id: string): string {
  const query = new URLSearchParams({ prepay_id, package: letters(random, 10) });
  return ledger.link(order, `${urls.primary}/cgi-bin/mmpayweb-bin/checkmweb?${query}`, H5_SECONDS);
}
