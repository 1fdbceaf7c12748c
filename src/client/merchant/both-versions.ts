import { apiMeaning } from '../../core/errors.js';
import type { PaymentRef } from '../../core/refund.js';
import type { Transaction } from '../../core/vocabulary.js';
import type { Protocol } from './protocol.js';

/**
 * Query and close for a merchant with the credentials of both versions. What v3 says of a number that v2 created is not
 * documented: it may know it, know nothing of it, or take the number for a free one. So v2 is asked too where v3 does not
 * report money: no payment stays unseen, and what is closed is closed on both sides.
 */
export function acrossVersions(v3: Protocol, v2: Protocol): Pick<Protocol, 'queryOrder' | 'closeOrder'> {
  async function queryOrder(ref: PaymentRef): Promise<Transaction> {
    const newer = await v3.queryOrder(ref).catch(unlessUnknown);
    if (newer && hasMoney(newer)) return newer;
    const older = await v2.queryOrder(ref).catch((error: unknown) => {
      if (newer && apiMeaning(error) === 'order_not_found') return undefined;
      throw error;
    });
    if (newer && !(older && hasMoney(older))) return newer;
    return older as Transaction;
  }

  async function closeOrder(out_trade_no: string): Promise<void> {
    const closedByV3 = await v3.closeOrder(out_trade_no).then(() => true, unlessUnknown);
    await v2.closeOrder(out_trade_no).catch((error: unknown) => {
      const gone = ['order_not_found', 'order_closed'].includes(apiMeaning(error) ?? '');
      if (!(closedByV3 && gone)) throw error;
    });
  }

  return { queryOrder, closeOrder };
}

function unlessUnknown(error: unknown): undefined {
  if (apiMeaning(error) !== 'order_not_found') throw error;
}

const hasMoney = ({ trade_state }: Transaction): boolean => trade_state === 'SUCCESS' || trade_state === 'REFUND';
