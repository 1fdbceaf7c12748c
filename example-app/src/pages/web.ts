import { renderSVG } from 'uqr';
import type { ShopOrder } from '../orders.js';
import { Html, html } from './html.js';
import { layout, price } from './layout.js';

const head = html`<script type="module" src="/web.js"></script>`;
const pathOf = ({ id }: ShopOrder): string => `/web/orders/${id}`;

/**
 * A desktop page: the payer scans the code with WeChat, and the page shows when it is paid.
 *
 * @param phone where the phone of the demo is, which can scan the code too
 */
export const qrPage = (order: ShopOrder, code_url: string, phone?: string): string =>
  layout(
    { title: '扫码付款', back: pathOf(order), head, nav: false },
    html`<section class="card pay" id="wait" data-order="${pathOf(order)}">
<p class="soft">${order.description}</p>
<h1>${price(order.total)}</h1>
<div class="qr" role="img" aria-label="付款二维码 QR code">${new Html(renderSVG(code_url, { ecc: 'M', border: 2 }))}</div>
<p>请用微信扫一扫付款 <small>Scan with WeChat to pay</small></p>
<p class="soft" role="status">付款后本页会自动更新。<small>This page shows when it is paid.</small></p>
<p class="soft number">订单号 <small>Order</small> ${order.out_trade_no}</p>
${phone && html`<p class="foot"><a href="${phone}/__wechat/scan?url=${encodeURIComponent(code_url)}" target="_blank" rel="noopener">演示：用模拟手机扫码 <small>Demo: scan with the simulated phone</small></a></p>`}
</section>`,
  );

/** A phone outside WeChat: the link opens WeChat's page, which opens the app. */
export const h5Page = (order: ShopOrder): string =>
  layout(
    { title: '付款', back: pathOf(order), nav: false },
    html`<section class="card pay">
<p class="soft">${order.description}</p>
<h1>${price(order.total)}</h1>
<p class="soft number">订单号 <small>Order</small> ${order.out_trade_no}</p>
<a class="button" href="${pathOf(order)}/h5">微信支付 <small>Pay with WeChat</small></a>
</section>`,
  );

/** Coming back says nothing about the payment: the page asks. */
export const backPage = (order: ShopOrder): string =>
  layout(
    { title: '确认付款', back: pathOf(order), head, nav: false },
    html`<section class="card pay" id="wait" data-order="${pathOf(order)}">
<p class="soft">${order.description}</p>
<h1>${price(order.total)}</h1>
<p class="note" data-when="confirming" role="status"><b>正在确认付款…</b><small>Waiting for WeChat to confirm the payment…</small></p>
<p class="soft">还没有付款？<small>Not paid yet?</small></p>
<a class="button quiet" href="${pathOf(order)}/pay">去付款 <small>Pay now</small></a>
</section>`,
  );
