import type { LedgerOrder } from '../ledger/order.js';
import type { SimulatorState } from '../state.js';
import type { Call, Outcome } from './endpoint.js';

const MISSING: Outcome = { return_msg: '缺少参数transaction_id或out_trade_no' };

/**
 * Finds the order of a call by `transaction_id`, which takes precedence, or by `out_trade_no`.
 *
 * @returns a refusal when the call has neither
 */
export function findOrder(
  { ledger }: SimulatorState,
  { merchant: { mchid }, sub_mchid, fields }: Call,
): LedgerOrder | undefined | { refused: Outcome } {
  const transaction_id = fields.get('transaction_id');
  if (transaction_id) return ledger.findTransaction(mchid, transaction_id, { sub_mchid });
  const out_trade_no = fields.get('out_trade_no');
  return out_trade_no ? ledger.find(mchid, out_trade_no, { sub_mchid }) : { refused: MISSING };
}
