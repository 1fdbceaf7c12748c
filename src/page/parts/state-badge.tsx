import type { OrderJson, RefundJson } from '../../simulator/control/json-types.js';
import { pick, say, type Text } from '../text/language.js';
import { money } from '../text/values.js';

type Tone = 'good' | 'bad' | 'warn' | 'plain';

export const Badge = ({ tone, children }: { tone: Tone; children: string }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

const ORDER_STATES: Readonly<Record<OrderJson['trade_state'], Text>> = {
  NOTPAY: { en: 'Not paid', zh: '未支付' },
  SUCCESS: { en: 'Paid', zh: '已支付' },
  REFUND: { en: 'Refunded', zh: '已退款' },
  CLOSED: { en: 'Closed', zh: '已关闭' },
};

const ORDER_TONES: Readonly<Record<OrderJson['trade_state'], Tone>> = {
  NOTPAY: 'plain',
  SUCCESS: 'good',
  REFUND: 'bad',
  CLOSED: 'plain',
};

/** WeChat says REFUND for every refund; a part of the amount is shown as a part. */
export function OrderState({ order: { trade_state, refunded, total } }: { order: OrderJson }) {
  if (trade_state === 'REFUND' && refunded < total) {
    return <Badge tone="warn">{say(`Paid, ${money(refunded)} refunded`, `已支付，退款 ${money(refunded)}`)}</Badge>;
  }
  return <Badge tone={ORDER_TONES[trade_state]}>{pick(ORDER_STATES[trade_state])}</Badge>;
}

const REFUND_STATES: Readonly<Record<RefundJson['state'], readonly [Tone, Text]>> = {
  PROCESSING: ['plain', { en: 'Processing', zh: '处理中' }],
  SUCCESS: ['good', { en: 'Refunded', zh: '退款成功' }],
  CLOSED: ['bad', { en: 'Closed', zh: '退款关闭' }],
  ABNORMAL: ['bad', { en: 'Abnormal', zh: '退款异常' }],
};

export function RefundState({ state }: { state: RefundJson['state'] }) {
  const [tone, text] = REFUND_STATES[state];
  return <Badge tone={tone}>{pick(text)}</Badge>;
}
