import type { BillDifference } from 'koa-wxpay';
import { type Html, html } from './html.js';
import { layout, price } from './layout.js';

export interface BillPage {
  date: string;
  /** The days that can be asked for. */
  newest: string;
  oldest: string;
  differences: BillDifference[] | 'bill_not_ready' | 'no_bill';
}

export const billPage = ({ date, newest, oldest, differences }: BillPage): string =>
  layout(
    { title: '对账', back: '/owner', wide: true },
    html`<h1 class="lead">对账 <small>The day’s bill and the shop’s books</small></h1>
<form class="card day" method="get" action="/owner/bill">
<label>日期 <small>Day</small> <input type="date" name="date" required min="${oldest}" max="${newest}" value="${date}"></label>
<button class="button small">对账 <small>Compare</small></button>
</form>
${outcome(differences)}`,
  );

function outcome(differences: BillPage['differences']): Html {
  if (differences === 'bill_not_ready') {
    return html`<p class="note" role="status">账单还没有生成，请在次日上午十点后再看。<small>This bill is not ready: look again after ten in the morning of the next day.</small></p>`;
  }
  if (differences === 'no_bill') {
    return html`<p class="note" role="status">当日没有账单：没有交易，或早于三个月前。<small>There is no bill of that day: nothing happened, or it is more than three months ago.</small></p>`;
  }
  if (differences.length === 0) {
    return html`<p class="note good" role="status">账单与本店记录一致。<small>The bill and the shop’s books agree.</small></p>`;
  }
  return html`<p class="note bad" role="status">有 ${differences.length} 处不一致。<small>Differences: ${differences.length}.</small></p>
<ul class="ledger">${differences.map((difference) => html`<li class="card">${line(difference)}</li>`)}</ul>`;
}

/** An amount the bill does not print is unknown, and not zero. */
const known = (fen: number | undefined) =>
  fen === undefined ? html`金额未知 <small>amount unknown</small>` : price(fen);

function line(difference: BillDifference): Html {
  switch (difference.kind) {
    case 'missing_in_ledger': {
      const { out_trade_no, refund, amount } = difference.row;
      const total = refund ? refund.refund : amount.total;
      return html`<div class="row"><b>本店没有 <small>Not in the shop’s books</small></b>${known(total ?? amount.settlement_total)}</div>
<div class="row soft">${refund ? html`退款 <small>Refund</small> ${refund.refund_id}` : out_trade_no}</div>`;
    }
    case 'amount_missing':
      return html`<div class="row"><b>账单没有金额 <small>The bill shows no amount</small></b><span>本店 <small>Shop</small> ${price(difference.ledger)}</span></div>
<div class="row soft">${difference.row.out_trade_no}</div>`;
    case 'amount_differs':
      return html`<div class="row"><b>金额不同 <small>Other amount</small></b><span>微信 <small>WeChat</small> ${price(difference.bill)} · 本店 <small>Shop</small> ${price(difference.ledger)}</span></div>
<div class="row soft">${difference.row.out_trade_no}</div>`;
    default: {
      const { kind, entry } = difference;
      const [number, fen] =
        'refund_id' in entry ? [entry.refund_id, entry.refund] : [entry.transaction_id, entry.total];
      const what =
        kind === 'missing_in_bill'
          ? html`账单没有 <small>Not in the bill</small>`
          : html`本店重复 <small>Twice in the books</small>`;
      return html`<div class="row"><b>${what}</b>${price(fen)}</div><div class="row soft">${number}</div>`;
    }
  }
}
