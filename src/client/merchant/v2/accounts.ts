import { type Account, type Accounts, appidsOf, subAppidsOf } from '../../../core/accounts.js';
import { apiMeaning } from '../../../core/errors.js';
import type { ApiMeaning } from '../../../core/meanings.js';

/**
 * Asks about an order or a refund under one account after the other, until one knows it. Every request of API v2 names an account,
 * and whether WeChat knows an order of the same merchant under another one is not documented.
 *
 * @param unknown what the refusal of an account means that does not know it: nothing was done
 */
export async function underEach<T>(
  accounts: Accounts,
  unknown: ApiMeaning,
  ask: (account: Account) => Promise<T>,
): Promise<T> {
  // Of several accounts of a shop none is named: the merchant numbers say whose the order is.
  const sub_appid = subAppidsOf(accounts).length > 1 ? undefined : accounts.sub_appid;
  let refusal: unknown;
  for (const appid of appidsOf(accounts)) {
    try {
      return await ask({ appid, sub_appid });
    } catch (error) {
      if (apiMeaning(error) !== unknown) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}
