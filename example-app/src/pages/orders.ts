import type { OAuthState } from 'koa-wxpay';
import type { ShopOrder } from '../orders.js';
import type { ShopRefund } from '../refunds.js';
import { art } from './art.js';
import { type Html, html } from './html.js';
import { layout, price, time } from './layout.js';
import { refundBadge } from './refunds.js';

const STATES: Record<ShopOrder['state'], [string, string]> = {
  pending: ['待付款', 'Unpaid'],
  paid: ['已付款', 'Paid'],
  closed: ['已关闭', 'Closed'],
  refunded: ['已退款', 'Refunded'],
};

export const badge = (state: ShopOrder['state']): Html =>
  html`<span class="badge ${state}">${STATES[state][0]} <small>${STATES[state][1]}</small></span>`;

export const ordersPage = (orders: ShopOrder[], user: OAuthState['wxpay']['user']): string =>
  layout(
    { title: '我的订单', tab: 'orders' },
    html`<p class="lead">${
      user
        ? html`${user.nickname}，你好。<small>Your orders.</small>`
        : html`我的订单 <small>Your orders</small><a href="/profile">显示昵称 Show my name</a>`
    }</p>
${
  orders.length === 0
    ? html`<section class="card message"><p>还没有订单。</p><p class="soft">No orders yet.</p><div class="actions"><a class="button" href="/">去看看 Look around</a></div></section>`
    : html`<ul class="orders">
${orders.map(
  (order) => html`<li><a class="card" href="/orders/${order.id}">
${art(order.good_id, '')}
<span class="what"><b>${order.description}</b><small>${time(order.created_at)}</small></span>
<span class="sum">${price(order.total)}${badge(order.state)}</span>
</a></li>`,
)}
</ul>`
}`,
  );

/** @param base in front of `/orders/:id`. Outside WeChat there is no list of orders. */
export const orderPage = (order: ShopOrder, refunds: ShopRefund[], base = ''): string =>
  layout(
    { title: STATES[order.state][0], tab: 'orders', back: base ? '/' : '/orders', nav: base === '' },
    html`<section class="card message order" data-state="${order.state}">
${HEADS[order.state]}
<h2>${price(order.total)}</h2>
<dl>
<div><dt>商品 <small>Item</small></dt><dd>${order.description}</dd></div>
<div><dt>订单号 <small>Order</small></dt><dd>${order.out_trade_no}</dd></div>
${order.transaction_id && html`<div><dt>微信单号 <small>Transaction</small></dt><dd>${order.transaction_id}</dd></div>`}
<div><dt>下单时间 <small>Ordered</small></dt><dd>${time(order.created_at)}</dd></div>
${order.paid_at && html`<div><dt>付款时间 <small>Paid</small></dt><dd>${time(order.paid_at)}</dd></div>`}
${order.packed_at && html`<div><dt>打包时间 <small>Packed</small></dt><dd>${time(order.packed_at)}</dd></div>`}
${refunds.map(({ refund, state }) => html`<div><dt>退款 <small>Refund</small></dt><dd>${price(refund)} ${refundBadge(state)}</dd></div>`)}
</dl>
<div class="actions">${
      order.state === 'pending'
        ? html`<a class="button" href="${base}/orders/${order.id}/pay">去付款 <small>Pay now</small></a>`
        : html`<a class="button quiet" href="/">继续逛逛 <small>Keep looking</small></a>`
    }</div>
</section>`,
  );

const mark = (path: string): Html =>
  html`<svg class="mark" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="30"/><path d="${path}"/></svg>`;

const HEADS: Record<ShopOrder['state'], Html> = {
  pending: html`${mark('M32 18v15l10 6')}<h1>还没有付款</h1><p class="soft">This order is not paid yet.</p>`,
  paid: html`${mark('M20 33l9 9 16-19')}<h1>付款成功</h1><p class="soft">Paid. Thank you!</p>`,
  closed: html`${mark('M23 23l18 18M41 23L23 41')}<h1>订单已关闭</h1><p class="soft">This order was closed without a payment.</p>`,
  refunded: html`${mark('M42 26H24l7-7M24 26l7 7')}<h1>已退款</h1><p class="soft">Refunded.</p>`,
};
