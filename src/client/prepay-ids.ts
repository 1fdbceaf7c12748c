import { sha256Hex } from '../core/crypto/digest.js';
import type { PlaceableOrder } from '../core/order-rules.js';
import { HOUR, MINUTE } from '../util/clock.js';

/** A prepay_id is valid for two hours. One that is about to expire is not handed out. */
const LIFE = 2 * HOUR - 10 * MINUTE;
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
export function sharePrepay<P extends { openid: string }>(
  prepay: (order: PlaceableOrder, payer: P) => Promise<string>,
  now: () => number,
) {
  const placed = new Map<string, Placed>();

  function share(order: PlaceableOrder, payer: P): Promise<string> {
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

/** What is sent, except the address the payer calls from. */
const fingerprintOf = (order: PlaceableOrder, { openid }: { openid: string }): string =>
  sha256Hex(JSON.stringify([openid, order]));
