import type { AmountMistake } from '../amount.js';
import type { RefundOutcome } from '../refunding.js';
import type { changePrice } from '../shop.js';

/** The messages that the owner sees after sending a form. */
export interface Note {
  text: string;
  english: string;
  /** `good`: done. `waits`: until the orders below say how it went. */
  kind: 'good' | 'waits' | 'bad';
}

export type Outcome = RefundOutcome | Awaited<ReturnType<typeof changePrice>> | 'amount';

export const NOTES: Record<Outcome, Note> = {
  changed: {
    kind: 'good',
    text: '价格已修改，旧单号已关闭。',
    english: 'Price changed; the old number can no longer be paid.',
  },
  not_pending: {
    kind: 'bad',
    text: '订单已付款或已关闭，价格未修改。',
    english: 'The order is paid or closed; its price stays.',
  },
  moved: {
    kind: 'bad',
    text: '订单刚刚发生变化，请再看一次。',
    english: 'The order has just changed; please look again.',
  },
  amount: {
    kind: 'bad',
    text: '金额有误，没有任何改动。',
    english: 'That is not a valid amount; nothing was changed.',
  },
  asked: { kind: 'waits', text: '退款已提交，等待微信答复。', english: 'Asked for; WeChat has not answered yet.' },
  processing: {
    kind: 'waits',
    text: '微信已受理，到账后会通知。',
    english: 'WeChat has accepted the refund, and tells when it has arrived.',
  },
  success: { kind: 'good', text: '已退款。', english: 'Refunded.' },
  abnormal: {
    kind: 'bad',
    text: '退款异常，请到商户平台处理。',
    english: 'The payer’s account did not take it: resolve it in the merchant platform.',
  },
  closed: {
    kind: 'bad',
    text: '退款已关闭，款项没有退回。',
    english: 'The refund was closed; nothing was given back.',
  },
  refused: {
    kind: 'bad',
    text: '微信拒绝了退款，款项没有退回。原因见该订单。',
    english: 'WeChat refused the refund, and nothing was given back. The order says why.',
  },
  unknown: {
    kind: 'bad',
    text: '结果未知：微信没有答复。可以重试，不会重复退款。',
    english: 'No answer from WeChat. Try again: it stays one refund.',
  },
  busy: {
    kind: 'bad',
    text: '微信要求稍候。请一分钟后重试，不会重复退款。',
    english: 'WeChat asks to wait. Try again in a minute: it stays one refund.',
  },
  too_much: { kind: 'bad', text: '超出可退金额。', english: 'That is more than is left of this order.' },
};

/** An amount that was not accepted, shown where it was typed. */
export interface Mistake {
  form: 'price' | 'refund';
  /** The id of the order. */
  order: string;
  typed: string;
  why: AmountMistake | 'too_much';
}

export const MISTAKES: Record<Mistake['why'], [text: string, english: string]> = {
  empty: ['请填写金额。', 'Enter an amount.'],
  not_digits: ['请只用数字填写金额，例如 12.50。', 'Write the amount in digits, such as 12.50.'],
  negative: ['金额不能是负数。', 'The amount must not be negative.'],
  decimals: ['最多两位小数，最小单位是分（0.01 元）。', 'Two decimals at most: the smallest unit is ¥0.01.'],
  zero: ['金额至少 0.01 元。', 'The amount must be at least ¥0.01.'],
  too_large: ['金额太大。', 'That amount is too large.'],
  too_much: ['超出可退金额。', 'That is more than is left of this order.'],
};
