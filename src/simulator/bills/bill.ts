import type { LedgerOrder, LedgerPayment } from '../ledger/order.js';
import type { Merchant, World } from '../world.js';
import { availability, type Day, dayOf } from './days.js';
import { fundFlowBill } from './fund-flow.js';
import type { Lines } from './lines.js';
import { madeUpBill, type TradeBillType, type Trades, tradeBill } from './trade.js';

/** Which bill. */
export interface BillRequest {
  merchant: Merchant;
  /** `2026-01-31` */
  date: string;
  sub_mchid?: string | undefined;
  kind: { trade: TradeBillType } | { fundFlow: 'BASIC' | 'OPERATION' | 'FEES' };
}

/** Why there is none: no such day, or none that has bills; not yet; nothing happened. */
export type NoBill = 'no such day' | 'creating' | 'nothing';

/** A day's bill out of the ledger. */
export function findBill(world: World, { merchant, date, sub_mchid, kind }: BillRequest): Lines | NoBill {
  const day = dayOf(date);
  if (!day) return 'no such day';
  const { rows } = world.switches.bill;
  if (rows > 0 && 'trade' in kind) return madeUpBill(merchant.mchid, merchant.appids[0] ?? '', rows, day.from);
  const available = availability(day, world.clock.now());
  if (available !== 'ready') return available === 'never' ? 'no such day' : 'creating';
  const trades = tradesOf(world, merchant.mchid, sub_mchid, day);
  if ('trade' in kind) return tradeBill(trades, kind.trade) ?? 'nothing';
  return (kind.fundFlow === 'BASIC' && fundFlowBill(trades)) || 'nothing';
}

function tradesOf({ ledger, refunds }: World, mchid: string, sub_mchid: string | undefined, { from, to }: Day): Trades {
  const own = (order: LedgerOrder): boolean =>
    order.mchid === mchid && (sub_mchid === undefined || order.sub_mchid === sub_mchid);
  const paid = (order: LedgerOrder): order is LedgerOrder & { payment: LedgerPayment } =>
    order.payment !== undefined && order.payment.paid_at >= from && order.payment.paid_at < to;
  return {
    payments: ledger.all().filter(own).filter(paid),
    refunds: refunds.all().filter(({ order, created_at }) => own(order) && created_at >= from && created_at < to),
  };
}
