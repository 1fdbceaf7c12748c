import type { Order, Payer } from '../core/vocabulary.js';

/** A prepay_id lives two hours; one that is about to die is not handed out. Seconds. */
const LIFE = 7200 - 600;
const MOST = 10_000;

interface Placed {
  fingerprint: string;
  prepay_id: Promise<string>;
  until: number;
}

/**
 * One upstream call for all who ask for the same order at the same time, and its prepay_id for all who ask within its life. An
 * order of another price, payer or text is another call: WeChat decides about it.
 */
export function sharePrepay(prepay: (order: Order, payer: Payer) => Promise<string>, now: () => number) {
  const placed = new Map<string, Placed>();

  function share(order: Order, payer: Payer): Promise<string> {
    const fingerprint = fingerprintOf(order, payer);
    const known = placed.get(order.out_trade_no);
    if (known?.fingerprint === fingerprint && now() < known.until) return known.prepay_id;
    const entry = { fingerprint, prepay_id: prepay(order, payer), until: now() + LIFE };
    placed.delete(order.out_trade_no);
    placed.set(order.out_trade_no, entry);
    entry.prepay_id.catch(() => {
      if (placed.get(order.out_trade_no) === entry) placed.delete(order.out_trade_no);
    });
    if (placed.size > MOST) placed.delete(placed.keys().next().value as string);
    return entry.prepay_id;
  }

  return { prepay: share, forget: (out_trade_no: string) => void placed.delete(out_trade_no) };
}

/** What WeChat compares when a number is used again: everything but the address the payer calls from and what the host keeps for itself. */
function fingerprintOf({ state, transaction_id, ...order }: Order, { openid }: Payer): string {
  const sorted = Object.entries({ ...order, openid }).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted);
}
