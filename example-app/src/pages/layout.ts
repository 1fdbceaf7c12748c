import { yuan } from 'koa-wxpay';
import { type Html, html } from './html.js';

export interface Layout {
  title: string;
  /** Which tab the page belongs to. */
  tab?: 'goods' | 'orders';
  /** Where the arrow in the corner leads. */
  back?: string;
  wide?: boolean;
  /** The tabs at the foot. @default true, but on wide pages */
  nav?: boolean;
  head?: Html;
}

/** A whole document. */
export const layout = ({ title, tab, back, wide = false, nav = !wide, head }: Layout, body: Html): string =>
  html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${title} · 小满</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/shop.css">
${head}
</head>
<body${wide && html` class="wide"`}>
<header>
${back ? html`<a class="back" href="${back}" aria-label="返回 Back">‹</a>` : html`<span class="seal" aria-hidden="true">满</span>`}
<a class="name" href="/">小满 <small>Xiaoman</small></a>
</header>
<main>
${body}
</main>
${
  nav &&
  html`<nav>
<a href="/"${tab === 'goods' && html` aria-current="page"`}>好物 <small>Shop</small></a>
<a href="/orders"${tab === 'orders' && html` aria-current="page"`}>我的订单 <small>Orders</small></a>
</nav>`
}
</body>
</html>
`.text;

/** Fen as a price. */
export const price = (total: number): Html => html`<span class="price"><i>¥</i>${yuan(total)}</span>`;

const CLOCK = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

export const time = (date: Date): Html => html`<time datetime="${date.toISOString()}">${CLOCK.format(date)}</time>`;
