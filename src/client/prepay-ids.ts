import { sha256Hex } from '../core/crypto/digest.js';
import type { Order, Payer } from '../core/vocabulary.js';
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

/** What is sent, but for the address the payer calls from: what else the host keeps in its row is its own. */
function fingerprintOf(order: Order, { openid }: Payer): string {
  const { out_trade_no, description, amount, attach, time_expire, goods_tag, detail } = order;
  const { support_fapiao, settle_info, limit_pay, scene_info } = order;
  const sent = [
    openid,
    out_trade_no,
    description,
    amount.total,
    amount.currency,
    attach,
    time_expire,
    goods_tag,
    detail,
  ];
  return sha256Hex(JSON.stringify([...sent, support_fapiao, settle_info, limit_pay, scene_info]));
}
