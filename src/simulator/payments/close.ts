import { type LedgerOrder, stateOf } from '../ledger/order.js';
import type { SimulatorState } from '../state.js';
import { pay } from './pay.js';

/**
 * Closes an order for its merchant, or says why not. When the person pays in the same moment, the
 * payment wins.
 */
export function close(
  state: SimulatorState,
  order: LedgerOrder,
): 'done' | 'paid' | 'closed' | 'too soon' {
  const { ledger, switches } = state;
  if (switches.paidWhileClosing && stateOf(order) === 'NOTPAY') {
    const { out_trade_no, mchid } = order;
    // The payment is made at once, and only its notification takes time.
    void pay(state, { out_trade_no, mchid });
  }
  return ledger.close(order);
}
