import type { ShopOrder } from '../orders.js';
import type { Refusal, ShopRefund } from '../refunds.js';
import { amountField, mistakeOf } from './amount-field.js';
import { type Html, html } from './html.js';
import { price, time } from './layout.js';
import type { Mistake } from './notes.js';

const STATES: Record<ShopRefund['state'], [string, string]> = {
  asked: ['结果未知', 'Outcome unknown'],
  refused: ['微信拒绝', 'Refused'],
  processing: ['处理中', 'Under way'],
  success: ['已退款', 'Refunded'],
  abnormal: ['退款异常', 'Stuck'],
  closed: ['退款关闭', 'Closed'],
};

const REFUSALS: Record<Refusal, [string, string]> = {
  not_enough: ['商户账户余额不足，请先充值。', 'The merchant account has not enough money: top it up first.'],
  overdue: [
    '付款已超过一年，微信不再受理退款。请用其他方式退给顾客。',
    'WeChat gives nothing back a year after the payment. Pay the customer in another way.',
  ],
  mismatch: [
    '微信记录的金额与本店不同，请到商户平台核对。',
    'WeChat has other amounts under these numbers: compare them in the merchant platform.',
  ],
  no_payment: [
    '微信查不到这笔付款，请到商户平台核对。',
    'WeChat knows no such payment: look for it in the merchant platform.',
  ],
  not_set_up: [
    '本店还没有配置好退款，缺少什么请看日志。',
    'This shop is not set up for refunds: its log says what is missing.',
  ],
  other: [
    '原因是微信的原话，请到商户平台核对。',
    'The reason is in WeChat’s own words: look at the order in the merchant platform.',
  ],
};

export const refundBadge = (state: ShopRefund['state']): Html =>
  html`<span class="badge refund-${state}">${STATES[state][0]} <small>${STATES[state][1]}</small></span>`;

/** What was given back of an order, and a form for what is left. The number of the next refund is part of its address. */
export const refundsOf = (
  { id, state, total, asked_back }: ShopOrder,
  refunds: ShopRefund[],
  mistake: Mistake | undefined,
): Html => {
  const left = total - asked_back;
  const field = { name: 'refund', label: '退款金额（元）Refund in yuan', value: left, mistake };
  return html`${refunds.length > 0 && html`<ul class="refunds">${refunds.map(refundRow)}</ul>`}
${
  state === 'paid' &&
  left > 0 &&
  html`<form class="row" method="post" action="/owner/orders/${id}/refunds/${refunds.length + 1}" novalidate data-asks="refund">
<span class="soft left">可退 <small>Left</small> ${price(left)}</span>
<span class="field">${amountField(field)}
<button class="button small quiet">退款 <small>Refund</small></button></span>
</form>${mistakeOf(mistake)}`
}`;
};

const refundRow = (shown: ShopRefund): Html => {
  const { out_refund_no, refund, state, refusal, reason, asked_at, done_at } = shown;
  return html`<li>
<div class="row"><span>退款 <small>Refund</small> ${price(refund)}</span>${refundBadge(state)}</div>
<div class="row soft"><span>${out_refund_no}</span>${time(done_at ?? asked_at)}</div>
${refusal && html`<p class="why">${REFUSALS[refusal][0]}<small>${REFUSALS[refusal][1]}</small></p>`}
${reason && html`<p class="why soft">${reason}</p>`}
${sendAgain(shown)}
</li>`;
};

/** Only where sending the same refund once more can make a difference. */
function sendAgain({ out_refund_no, state, refusal }: ShopRefund): Html | undefined {
  const mended = state === 'refused' && refusal === 'not_enough';
  if (state !== 'asked' && !mended) return undefined;
  const button = mended
    ? html`充值后重试 <small>Send again once topped up</small>`
    : html`重试 <small>Try again</small>`;
  return html`<form class="row" method="post" action="/owner/refunds/${out_refund_no}/retry"><span class="soft">单号不变 <small>Stays one refund</small></span><button class="button small quiet">${button}</button></form>`;
}
