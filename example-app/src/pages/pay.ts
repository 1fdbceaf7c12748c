import type { JsapiParams } from 'koa-wxpay';
import type { ShopOrder } from '../orders.js';
import { html } from './html.js';
import { layout, price } from './layout.js';

/** The parameters are text in an attribute; `public/pay.js` hands them to WeChat. */
export const payPage = ({ id, description, total, out_trade_no }: ShopOrder, jsapi: JsapiParams): string =>
  layout(
    { title: '付款', tab: 'orders', back: `/orders/${id}`, head: html`<script type="module" src="/pay.js"></script>` },
    html`<section class="card pay" id="pay" data-jsapi="${JSON.stringify(jsapi)}" data-order="/orders/${id}">
<p class="soft">${description}</p>
<h1>${price(total)}</h1>
<p class="soft number">订单号 <small>Order</small> ${out_trade_no}</p>
<div role="status" aria-live="polite">
<p class="note" data-when="cancelled" hidden><b>还没有付款</b>订单已保留，随时可以继续。<small>Not paid yet. The order is kept: pay now or later.</small></p>
<p class="note bad" data-when="failed" hidden><b>没有付款成功</b>请刷新页面后再试一次。<small>The payment did not go through. Reload the page and try again.</small><a href="">刷新 Reload</a></p>
<p class="note" data-when="confirming" hidden><b>正在确认付款…</b><small>Waiting for WeChat to confirm the payment…</small></p>
<p class="note" data-when="unconfirmed" hidden><b>微信还没有确认</b>如果已经扣款，请不要再付一次；稍后在订单里查看。<small>WeChat has not confirmed yet. If you were charged, do not pay again; look at the order in a moment.</small><a href="/orders/${id}">查看订单 See the order</a></p>
</div>
<button class="button" type="button" id="go">微信支付 <small>Pay with WeChat</small></button>
<noscript><p class="note bad">支付需要启用 JavaScript。<small>Paying needs JavaScript.</small></p></noscript>
</section>`,
  );
