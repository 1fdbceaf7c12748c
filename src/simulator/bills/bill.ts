import type { Merchant } from '../accounts/merchant.js';
import type { LedgerOrder, LedgerPayment } from '../ledger/order.js';
import type { SimulatorState } from '../state.js';
import { availability, type Day, dayOf } from './days.js';
import { fundFlowBill } from './fund-flow.js';
import type { TradeBillType } from './headings.js';
import { inventedBill } from './invented.js';
import type { Lines } from './lines.js';
import { type Trades, tradeBill } from './trade.js';

/** Which bill is asked for. */
export interface BillRequest {
  merchant: Merchant;
  /** For example `2026-01-31`. */
  date: string;
  sub_mchid?: string | undefined;
  kind: { trade: TradeBillType } | { fundFlow: 'BASIC' | 'OPERATION' | 'FEES' };
}

/** Why there is no bill: no bill of that day, not yet, or nothing happened. */
export type NoBill = 'no such day' | 'creating' | 'nothing';

/** Makes the bill of one day from the ledger. */
export function findBill(state: SimulatorState, request: BillRequest): Lines | NoBill {
  const { merchant, date, sub_mchid, kind } = request;
  const day = dayOf(date);
  if (!day) return 'no such day';
  const { rows } = state.switches.bill;
  if (rows > 0 && 'trade' in kind) {
    return inventedBill(merchant.mchid, merchant.appids[0] ?? '', rows, day.from);
  }
  const available = availability(day, state.clock.now());
  if (available !== 'ready') return available === 'never' ? 'no such day' : 'creating';
  const trades = tradesOf(state, merchant.mchid, sub_mchid, day);
  if ('trade' in kind) return tradeBill(trades, kind.trade) ?? 'nothing';
  return (kind.fundFlow === 'BASIC' && fundFlowBill(trades)) || 'nothing';
}

function tradesOf(
  { ledger, refunds }: SimulatorState,
  mchid: string,
  sub_mchid: string | undefined,
  { from, to }: Day,
): Trades {
  const isOwn = (order: LedgerOrder): boolean =>
    order.mchid === mchid && (sub_mchid === undefined || order.sub_mchid === sub_mchid);
  const isWithin = (time: number): boolean => time >= from && time < to;
  const isPaid = (order: LedgerOrder): order is LedgerOrder & { payment: LedgerPayment } =>
    order.payment !== undefined && isWithin(order.payment.paidAt);
  return {
    payments: ledger.all().filter(isOwn).filter(isPaid),
    refunds: refunds.all().filter(({ order, createdAt }) => isOwn(order) && isWithin(createdAt)),
  };
}
