import { yuan } from 'koa-wxpay';
import type { ShopOrder } from '../orders.js';
import type { ShopRefund } from '../refunds.js';
import { type Html, html } from './html.js';
import { price, time } from './layout.js';

const STATES: Record<ShopRefund['state'], [string, string]> = {
  asked: ['结果未知', 'Outcome unknown'],
  refused: ['微信拒绝', 'Refused'],
  processing: ['处理中', 'Under way'],
  success: ['已退款', 'Refunded'],
  abnormal: ['退款异常', 'Stuck'],
  closed: ['退款关闭', 'Closed'],
};

export const refundBadge = (state: ShopRefund['state']): Html =>
  html`<span class="badge refund-${state}">${STATES[state][0]} <small>${STATES[state][1]}</small></span>`;

/** What was given back of an order, and a form for what is left. The number of the next refund is part of its address. */
export const refundsOf = ({ id, state, total, asked_back }: ShopOrder, refunds: ShopRefund[]): Html => {
  const left = total - asked_back;
  return html`${refunds.length > 0 && html`<ul class="refunds">${refunds.map(refundRow)}</ul>`}
${
  state === 'paid' &&
  left > 0 &&
  html`<form class="row" method="post" action="/owner/orders/${id}/refunds/${refunds.length + 1}" data-asks="refund">
<span class="soft left">可退 <small>Left</small> ${price(left)}</span>
<span class="field"><input name="refund" inputmode="decimal" required pattern="\\d{1,6}(\\.\\d{1,2})?" value="${yuan(left)}" aria-label="退款金额（元）Refund in yuan">
<button class="button small quiet">退款 <small>Refund</small></button></span>
</form>`
}`;
};

const refundRow = ({ out_refund_no, refund, state, reason, asked_at, done_at }: ShopRefund): Html => html`<li>
<div class="row"><span>退款 <small>Refund</small> ${price(refund)}</span>${refundBadge(state)}</div>
<div class="row soft"><span>${out_refund_no}${reason && html` · ${reason}`}</span>${time(done_at ?? asked_at)}</div>
${
  (state === 'asked' || state === 'refused') &&
  html`<form class="row" method="post" action="/owner/refunds/${out_refund_no}/retry"><span class="soft">单号不变 <small>Stays one refund</small></span><button class="button small quiet">重试 <small>Try again</small></button></form>`
}
</li>`;
