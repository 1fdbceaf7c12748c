import type { Wxpay } from '../client/types.js';
import { TransportError, WxpayError } from '../core/errors.js';
import type { Notice, Payment, Transaction } from '../core/vocabulary.js';
import { MINUTE } from '../util/clock.js';
import { refuseUnknownNames } from '../util/options.js';
import { RecentMap } from '../util/recent-map.js';
import { isLasting } from './lasting.js';
import { lastLook } from './spacing.js';
import type { Queried, QueryContext, SettleContext, Verdict } from './types.js';

/** How many answers are kept. */
const MOST = 10_000;
/** An order that no caller asked for during this time is asked for as if it were new. */
const FORGOTTEN_AFTER = 30 * MINUTE;

/** What is known of one order at WeChat. */
interface Asked {
  /** When WeChat was asked first and last, and when a caller last asked for the answer. */
  first: number;
  last: number;
  wanted: number;
  /** WeChat has not answered yet, or the payment is being settled. */
  running: boolean;
  /** `undefined` after a query without an answer: WeChat may be asked again at once. */
  answer: Promise<Queried> | undefined;
  /**
   * The transaction of an order that is paid at WeChat and not settled here: it waits in the inbox,
   * or settling failed in a way that may pass.
   */
  unsettled: Transaction | undefined;
}

/**
 * Makes the function that asks WeChat for an order and settles it when it is paid. Callers that ask
 * for a `spaced` answer share one query in each interval that WeChat recommends, while it is
 * running and after it was answered. The answers for the last 10,000 orders are kept.
 */
export function createQuery(
  wxpay: Wxpay,
  settle: (notice: Notice, context: SettleContext) => Promise<Verdict>,
): {
  query(out_trade_no: string, context?: QueryContext): Promise<Queried>;
  /** Records that a notification settled the order, so that spaced answers say so at once. */
  noteSettled(out_trade_no: string, verdict: Verdict): void;
} {
  const known = new RecentMap<string, Asked>(MOST);

  async function query(out_trade_no: string, given: QueryContext = {}): Promise<Queried> {
    refuseUnknownNames('query', given, ['ctx', 'signal', 'spaced']);
    const { spaced = false, ...context } = given;
    const now = wxpay.now();
    const before = known.get(out_trade_no);
    const recent = before !== undefined && now >= before.last && now - before.wanted <= FORGOTTEN_AFTER;
    if (spaced && recent && before.answer && (before.running || !isDue(before, now))) {
      before.wanted = now;
      if (!before.running && before.unsettled) begin(before, conclude(before, before.unsettled, context));
      return before.answer;
    }
    const first = recent ? before.first : now;
    const asked: Asked = { first, last: now, wanted: now, running: false, answer: undefined, unsettled: undefined };
    known.set(out_trade_no, asked);
    return begin(asked, ask(asked, out_trade_no, context));
  }

  function noteSettled(out_trade_no: string, verdict: Verdict): void {
    const asked = known.get(out_trade_no);
    if (!asked) return;
    asked.unsettled = undefined;
    asked.answer = Promise.resolve({ trade_state: 'SUCCESS', paid: true, verdict });
  }

  return { query, noteSettled };

  function begin(asked: Asked, answer: Promise<Queried>): Promise<Queried> {
    const end = (): void => {
      asked.running = false;
    };
    asked.running = true;
    asked.answer = answer;
    answer.then(end, end);
    return answer;
  }

  /**
   * Refusals by WeChat are shared like answers, because they count against the merchant's quota
   * too.
   */
  async function ask(asked: Asked, out_trade_no: string, context: SettleContext): Promise<Queried> {
    try {
      return await conclude(asked, await wxpay.queryOrder({ out_trade_no }), context);
    } catch (error) {
      if (error instanceof TransportError) asked.answer = undefined;
      throw error;
    }
  }

  async function conclude(asked: Asked, transaction: Transaction, context: SettleContext): Promise<Queried> {
    const { raw = transaction, ...facts } = transaction;
    const { trade_state } = facts;
    if (trade_state !== 'SUCCESS') return { trade_state, paid: false };
    const notice: Notice = { type: 'payment.success', payment: asPayment(facts), raw };
    asked.unsettled = undefined;
    try {
      const verdict = await settle(notice, context);
      if (verdict === 'stored') asked.unsettled = transaction;
      return { trade_state, paid: isDurable(verdict), verdict };
    } catch (error) {
      if (!isLasting(error)) asked.unsettled = transaction;
      throw error;
    }
  }
}

/** Whether the shop's own effect is durable. */
export const isDurable = (verdict: Verdict): boolean => verdict !== 'accepted' && verdict !== 'stored';

/** Whether WeChat recommends another query since the last one. */
const isDue = ({ first, last }: Asked, now: number): boolean => lastLook(now - first) > lastLook(last - first);

function asPayment(transaction: Transaction): Payment {
  if (!transaction.transaction_id || !transaction.amount) {
    throw new WxpayError('ERR_WXPAY_BAD_ANSWER', 'a paid order without transaction_id or amount', { status: 502 });
  }
  return transaction as Payment;
}
