import { findPerson, type Person } from '../accounts/person.js';
import { type LedgerOrder, payingAppid, stateOf } from '../ledger/order.js';
import type { SimulatorState } from '../state.js';
import { EXPIRED, findOrder } from './find-order.js';
import type { PayOptions } from './pay-options.js';
import type { PayTarget } from './target.js';

/** The order and its payer, or the text that the page is given. */
export type CheckedPayment = { order: LedgerOrder; person: Person } | { err_desc: string };

/** Makes the checks of WeChat before it shows the cashier. */
export function checkPayment(
  state: SimulatorState,
  target: PayTarget,
  { person, page }: Pick<PayOptions, 'person' | 'page'> = {},
): CheckedPayment {
  const found = findOrder(state, target, page);
  if ('err_desc' in found) return found;
  const { order } = found;
  const err_desc = unpayable(state, order);
  if (err_desc) return { err_desc };
  const payer = payerOf(state, order, person);
  if (!payer) return { err_desc: '用户不存在' };
  if (!isPayer(payer, order)) return { err_desc: '下单账号与支付账号不一致' };
  return { order, person: payer };
}

function unpayable({ ledger }: SimulatorState, order: LedgerOrder): string | undefined {
  const state = stateOf(order);
  if (state === 'CLOSED') return '该订单已关闭';
  if (state !== 'NOTPAY') return '该订单已支付';
  return ledger.isExpired(order) ? EXPIRED : undefined;
}

function payerOf(
  { people }: SimulatorState,
  order: LedgerOrder,
  person: Person | string | undefined,
): Person | undefined {
  if (typeof person === 'string') return people.get(person);
  if (person) return person;
  const openid = order.sub_openid ?? order.openid;
  return openid ? findPerson(people, payingAppid(order), openid) : people.values().next().value;
}

function isPayer(person: Person, { appid, openid, sub_appid, sub_openid }: LedgerOrder): boolean {
  const matches = (account: string | undefined, expected: string | undefined): boolean =>
    account === undefined || expected === undefined || person.openid(account) === expected;
  return matches(appid, openid) && matches(sub_appid, sub_openid);
}
