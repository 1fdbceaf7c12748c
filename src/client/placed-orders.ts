import { sha256Hex } from '../core/crypto/digest.js';
import type { PlaceableOrder } from '../core/order-rules.js';
import type { PayType } from '../core/vocabulary.js';
import { HOUR, MINUTE } from '../util/clock.js';
import type { PayingFrom, Protocol } from './merchant/protocol.js';

/**
 * How long an answer is handed out again. A `prepay_id` and a `code_url` are valid for two hours,
 * and one that is about to expire is not handed out. An `h5_url` is valid for five minutes, most of
 * which must be left to the payer.
 */
const LIFE: Record<PayType, number> = {
  jsapi: 2 * HOUR - 10 * MINUTE,
  native: 2 * HOUR - 10 * MINUTE,
  app: 2 * HOUR - 10 * MINUTE,
  h5: MINUTE,
};
const MOST = 10_000;

interface Placed {
  fingerprint: string;
  answer: Promise<string>;
  until: number;
}

/**
 * Shares one upstream call between all callers that ask for the same order at the same time, and
 * its answer with all that ask while it is valid. An order with another price, payer, text or way
 * of paying is another call, about which WeChat decides.
 */
export function sharePlacing(place: Protocol['place'], now: () => number) {
  const placed = new Map<string, Placed>();

  function share(type: PayType, order: PlaceableOrder, from: PayingFrom): Promise<string> {
    const fingerprint = fingerprintOf(type, order, from);
    const known = placed.get(order.out_trade_no);
    if (known?.fingerprint === fingerprint && now() < known.until) return known.answer;
    const entry = { fingerprint, answer: place(type, order, from), until: now() + LIFE[type] };
    placed.delete(order.out_trade_no);
    placed.set(order.out_trade_no, entry);
    entry.answer.catch(() => {
      if (placed.get(order.out_trade_no) === entry) placed.delete(order.out_trade_no);
    });
    if (placed.size > MOST) placed.delete(placed.keys().next().value as string);
    return entry.answer;
  }

  return { place: share, forget: (out_trade_no: string) => void placed.delete(out_trade_no) };
}

/**
 * A digest of what is sent. The payer's address counts for h5 only, where WeChat allows payment
 * from no other address.
 */
const fingerprintOf = (type: PayType, order: PlaceableOrder, { openid, clientIp }: PayingFrom): string =>
  sha256Hex(JSON.stringify([type, openid, type === 'h5' && clientIp, order]));
