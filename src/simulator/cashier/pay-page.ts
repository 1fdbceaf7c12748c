import { html } from '../http/answers.js';
import { document, type Markup, markup } from '../http/markup.js';
import type { SimAnswer, SimRequest } from '../http/types.js';
import { holderOf } from '../oauth/holder.js';
import { checkPayment } from '../payments/check-payment.js';
import { pay } from '../payments/pay.js';
import type { PayTarget } from '../payments/target.js';
import type { SimulatorState } from '../state.js';
import { couponFor } from './coupon.js';
import { payPageStyle } from './pay-page-style.js';

const yuan = (fen: number): string => (fen / 100).toFixed(2);

const page = (title: string, body: Markup): string =>
  document(title, payPageStyle, markup`<main>${body}</main>`);

/** Where the person goes next. Only web addresses count: a script is not one. */
const backLink = (back: string | undefined): Markup =>
  back === undefined
    ? markup``
    : markup`<a class="back" href="${back}">返回商家 Back to the shop</a>`;

/** The page of a payment that cannot be made. */
export const refusedPage = (reason: string, back?: string): string =>
  page('无法支付 · Cannot pay', markup`<b class="bad">!</b><h1>${reason}</h1>${backLink(back)}`);

const donePage = (title: string, back?: string): string =>
  page(title, markup`<b>✓</b><h1>${title}</h1>${backLink(back)}`);

/**
 * A page that pays an order outside the bridge: after an H5 link was opened, or a QR code scanned.
 * GET shows the order. POST pays it, or cancels, and returns to the shop.
 *
 * @param back where to return to
 */
export async function payPage(
  state: SimulatorState,
  req: SimRequest,
  target: PayTarget,
  back?: string,
): Promise<SimAnswer> {
  const person = holderOf(state, req);
  const checked = checkPayment(state, target, { person });
  if ('err_desc' in checked) return html(refusedPage(checked.err_desc, back));
  const { order } = checked;
  const coupon = couponFor(state, order.total);
  if (req.method !== 'POST') {
    const { description, mchid, total } = order;
    const amount = total - coupon;
    return html(orderPage({ description, mchid, amount, person: person.name, back }));
  }
  const answer = new URLSearchParams(req.body.toString()).get('answer');
  if (answer !== 'pay') return leave('已取消 · Cancelled', back);
  if (!state.switches.cashier.falseOk) {
    const { err_desc } = await pay(state, target, { person, coupon });
    if (err_desc !== undefined) return html(refusedPage(err_desc, back));
  }
  return leave('支付成功 · Paid', back);
}

const leave = (title: string, back: string | undefined): SimAnswer =>
  back === undefined
    ? html(donePage(title))
    : { status: 303, headers: { Location: back, 'Cache-Control': 'no-store' } };

interface ShownOrder {
  description: string;
  mchid: string;
  amount: number;
  person: string;
  back: string | undefined;
}

const orderPage = ({ description, mchid, amount, person, back = '' }: ShownOrder): string =>
  page(
    '微信支付 · WeChat Pay',
    markup`<p class="description">${description}</p>
<p class="amount"><i>¥</i>${yuan(amount)}</p>
<dl>
<div><dt>收款方 Payee</dt><dd>商户 ${mchid}</dd></div>
<div><dt>付款人 Payer</dt><dd>${person}</dd></div>
</dl>
<form method="post">
<input type="hidden" name="back" value="${back}">
<button class="pay" name="answer" value="pay">立即支付 Pay</button>
<button class="cancel" name="answer" value="cancel">取消 Cancel</button>
</form>`,
  );
