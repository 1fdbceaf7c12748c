import type { Good } from '../goods.js';
import { art } from './art.js';
import { html } from './html.js';
import { layout, price } from './layout.js';

/** @param demo where the shop is outside WeChat, which only a demo knows */
export const goodsPage = (goods: Good[], demo?: string): string =>
  layout(
    { title: '好物', tab: 'goods' },
    html`<p class="lead">慢慢挑，认真做。<small>Small things, well made.</small></p>
<ul class="goods">
${goods.map(
  (good) => html`<li><a class="card" href="/goods/${good.id}">
${art(good.id, good.name)}
<b>${good.name}</b><small>${good.name_en}</small>${price(good.price)}
</a></li>`,
)}
</ul>
${demo && html`<p class="foot">演示商店，不会真的扣款。<small>A demo: no real money moves.</small><a href="/owner">店主页面 Owner’s page</a><a href="${demo}/web/goods/tea" target="_blank" rel="noopener">在微信外购买 Buy outside WeChat: QR code, H5</a></p>`}`,
  );

/** @param base in front of `/orders`, where the form leads */
export const goodPage = (good: Good, form: string, base = ''): string =>
  layout(
    { title: good.name, tab: 'goods', back: '/', nav: base === '' },
    html`<form class="card good" method="post" action="${base}/orders">
${art(good.id, good.name)}
<div class="facts">
<h1>${good.name} <small>${good.name_en}</small></h1>
<p>${good.note}</p>
<p class="row">${price(good.price)}
<label>数量 <small>Quantity</small> <select name="quantity">${[1, 2, 3, 4, 5].map((n) => html`<option>${n}</option>`)}</select></label></p>
</div>
<input type="hidden" name="good" value="${good.id}">
<input type="hidden" name="form" value="${form}">
<button class="button">立即购买 <small>Buy now</small></button>
</form>`,
  );
