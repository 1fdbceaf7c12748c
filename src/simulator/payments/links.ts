import { HOUR, MINUTE } from '../../util/clock.js';
import type { LedgerOrder } from '../ledger/order.js';
import { letters } from '../random.js';
import type { SimulatorState } from '../state.js';

const CODE_LIFETIME = 2 * HOUR;
const H5_LIFETIME = 5 * MINUTE;

/** The path of the page of H5 payments. */
export const H5_PATH = '/cgi-bin/mmpayweb-bin/checkmweb';

/** The content of the QR code of a native payment. It leads to the cashier for two hours. */
export function codeUrl({ ledger, random }: SimulatorState, order: LedgerOrder): string {
  const url = `weixin://wxpay/bizpayurl?pr=${letters(random, 9)}`;
  ledger.link(order, linkKey(url), CODE_LIFETIME);
  return url;
}

/**
 * The page of an H5 payment. It leads to the cashier for five minutes.
 *
 * @param origin the origin of the simulator that the client of the request can reach
 */
export function h5Url(
  { ledger, random }: SimulatorState,
  order: LedgerOrder,
  { prepay_id, origin }: { prepay_id: string; origin: string },
): string {
  const query = new URLSearchParams({ prepay_id, package: letters(random, 10) });
  const url = `${origin}${H5_PATH}?${query}`;
  ledger.link(order, linkKey(url), H5_LIFETIME);
  return url;
}

/**
 * What identifies the order of an address. The page of an H5 payment may be reached by another name
 * of the same machine, and the shop may append `redirect_url`.
 */
export function linkKey(address: string): string {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return address;
  const { pathname, searchParams } = new URL(address);
  if (pathname !== H5_PATH) return address;
  return `h5 ${searchParams.get('prepay_id')} ${searchParams.get('package')}`;
}
