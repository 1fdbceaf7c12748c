import { z } from 'zod';
import type { LedgerOrder } from '../ledger/order.js';
import { strictProperties } from '../scenarios/check.js';
import type { SimulatorState } from '../state.js';
import { ControlError, notFound } from './endpoint.js';

/** The query of what concerns one order. */
export const oneOrder = strictProperties({
  mchid: z.string().optional().describe('when merchants share the number'),
});

/** @throws {ControlError} 404 */
export const findOrderOf = (
  { ledger }: SimulatorState,
  number: string | undefined,
  mchid: string | undefined,
): LedgerOrder => ledger.findAny(number ?? '', mchid) ?? notFound(`order ${number}`);

/** @throws {ControlError} 404, 409 */
export function findPaidOrderOf(
  state: SimulatorState,
  number: string | undefined,
  mchid: string | undefined,
): LedgerOrder {
  const order = findOrderOf(state, number, mchid);
  if (order.payment) return order;
  throw new ControlError(409, `order ${order.out_trade_no} is not paid`);
}
