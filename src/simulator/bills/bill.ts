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

/** A bill. */
export interface Bill {
  lines: Lines;
  /** What tells an invented bill, which never changes, from others. */
  name?: string;
}

/** Makes the bill of one day from the ledger. */
export function findBill(state: SimulatorState, request: BillRequest): Bill | NoBill {
  const { merchant, date, sub_mchid, kind } = request;
  const day = dayOf(date);
  if (!day) return 'no such day';
  const { rows } = state.switches.bill;
  if (rows > 0 && 'trade' in kind) {
    const { mchid, appids } = merchant;
    const appid = appids[0] ?? '';
    const lines = inventedBill(mchid, appid, rows, day.from);
    return { lines, name: [mchid, appid, date, rows].join(' ') };
  }
  const available = availability(day, state.clock.now());
  if (available !== 'ready') return available === 'never' ? 'no such day' : 'creating';
  const trades = tradesOf(state, merchant.mchid, sub_mchid, day);
  const lines = linesOf(trades, kind);
  return lines ? { lines } : 'nothing';
}

function linesOf(trades: Trades, kind: BillRequest['kind']): Lines | undefined {
  if ('trade' in kind) return tradeBill(trades, kind.trade);
  return kind.fundFlow === 'BASIC' ? fundFlowBill(trades) : undefined;
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
