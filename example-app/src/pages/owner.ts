import type { ShopAnomaly } from '../anomalies.js';
import type { ShopOrder } from '../orders.js';
import type { ShopRefund } from '../refunds.js';
import type { Share } from '../shares.js';
import { amountField, mistakeOf } from './amount-field.js';
import { type Html, html } from './html.js';
import { layout, price, time } from './layout.js';
import type { Mistake, Note } from './notes.js';
import { badge } from './orders.js';
import { refundsOf } from './refunds.js';

export interface OwnerPage {
  orders: ShopOrder[];
  refunds: ShopRefund[];
  shares: Share[];
  anomalies: ShopAnomaly[];
  /** The outcome of what the owner has just done. */
  note: Note | undefined;
  /** What was wrong in the form the owner has just sent. */
  mistake?: Mistake | undefined;
  /** The page was shown without asking for a key. */
  open: boolean;
}

export const ownerPage = ({ orders, refunds, shares, anomalies, note, mistake, open }: OwnerPage): string =>
  layout(
    { title: '店主', back: '/', wide: true, head: html`<script src="/owner.js" defer></script>` },
    html`<h1 class="lead">店主页面 <small>Owner’s page</small><a href="/owner/bill">对账 Compare the bill</a></h1>
${open && html`<p class="note">演示：未设置 OWNER_KEY，任何人都能打开此页。<small>Demo: without OWNER_KEY this page is open to everybody.</small></p>`}
${note && html`<p class="note ${note.kind}" role="status">${note.text}<small>${note.english}</small></p>`}
${anomalies.length > 0 && anomalyList(anomalies)}
${
  orders.length === 0
    ? html`<section class="card message"><p>还没有订单。</p><p class="soft">No orders yet.</p></section>`
    : html`<ul class="ledger">${orders.map((order) =>
        row(
          order,
          refunds.filter(({ order_id }) => order_id === order.id),
          shares.filter(({ order_id }) => order_id === order.id),
          mistake?.order === order.id ? mistake : undefined,
        ),
      )}</ul>`
}`,
  );

const row = (order: ShopOrder, refunds: ShopRefund[], shares: Share[], mistake: Mistake | undefined): Html => {
  const of = (form: Mistake['form']): Mistake | undefined => (mistake?.form === form ? mistake : undefined);
  // what `public/owner.js` looks at again
  const waits =
    refunds.some(({ state }) => state === 'processing') || (order.state === 'paid' && order.packed_at === null);
  return html`<li class="card" id="${order.id}"${waits && html` data-waits`}>
<div class="row"><b>${order.description}</b><span>${order.packed_at && html`<span class="badge">已打包 <small>Packed</small></span> `}${badge(order.state)}</span></div>
<div class="row soft"><span>${order.out_trade_no}</span>${time(order.created_at)}</div>
<div class="row">${price(order.total)}${order.state === 'pending' && priceForm(order, of('price'))}</div>
${order.state === 'pending' && mistakeOf(of('price'))}
${refundsOf(order, refunds, of('refund'))}
${shares.map(({ account, amount }) => html`<div class="row soft"><span>分账 <small>Shared with</small> ${account}</span>${price(amount)}</div>`)}
</li>`;
};

const priceForm = (
  { id, total }: ShopOrder,
  mistake: Mistake | undefined,
): Html => html`<form method="post" action="/owner/orders/${id}/price" novalidate>
${amountField({ name: 'price', label: '新价格（元）New price in yuan', value: total, mistake })}
<button class="button small">修改 <small>Change</small></button>
</form>`;

const ANOMALIES: Record<ShopAnomaly['code'], string> = {
  second_payment: '重复付款 Paid twice',
  order_closed: '关闭后付款 Paid after it was closed',
  order_invalid: '订单已付，付款单号未知 Paid by an unknown payment',
};

const anomalyList = (
  anomalies: ShopAnomaly[],
): Html => html`<section class="card"><h2>待处理 <small>To look into</small></h2>
<ul>${anomalies.map(
  ({ code, out_trade_no, transaction_id, total }) =>
    html`<li>${ANOMALIES[code]}: ${out_trade_no}, ${price(total)}, ${transaction_id}</li>`,
)}</ul></section>`;
