import { document, Markup, markup, scriptJson } from '../http/markup.js';
import { personScript } from './person-script.js';
import { personStyle } from './person-style.js';
import { scenarioForm } from './scenario-form.js';

export interface PersonPage {
  /** Origin of the phone. */
  phone: string;
  people: readonly { id: string; name: string }[];
}

/** The phone on the left, what happens behind it on the right; `/__sim/` tells the script what there is to see. */
export const personPage = ({ phone, people }: PersonPage): string =>
  document(
    'WeChat simulator · 微信模拟器',
    personStyle,
    markup`<header><h1>WeChat simulator <span lang="zh">微信模拟器</span></h1><p id="trouble" role="status"></p></header>
<div class="columns">
<section class="phone" aria-label="Phone">
<div class="device">
<div class="status"><time id="phone-clock">–</time><span>WeChat · 微信</span></div>
<div class="nav">
<button type="button" id="home" title="Back to the shop">⌂<span class="hidden">Back to the shop</span></button>
<output id="address"></output>
<button type="button" id="reload" title="Reload">↻<span class="hidden">Reload</span></button>
</div>
<iframe id="screen" title="The shop on the phone" src="${phone}/__wechat/screen" sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-modals allow-downloads"></iframe>
</div>
<div class="below">
<label>Phone of <select id="person">${people.map(({ id, name }) => markup`<option value="${id}">${name}</option>`)}</select></label>
<a href="${phone}/" target="_blank" rel="noopener">Open in a tab ↗</a>
</div>
</section>
<main>
<section class="card clock"><h2>Clock <span>时钟</span></h2>
<time id="clock">–</time>
<div class="buttons">
<button type="button" data-advance="15">+ 15 s</button>
<button type="button" data-advance="3600">+ 1 h</button>
<button type="button" data-advance="86400">+ 1 day</button>
</div>
</section>
<section class="card"><h2>Orders <span>订单</span></h2>
<div class="scroll"><table><thead><tr><th>Order</th><th>Description</th><th class="num">Amount</th><th>Payer</th><th>State</th></tr></thead><tbody id="orders"></tbody></table></div>
</section>
<section class="card"><h2>Scan <span>扫一扫</span></h2>
<form id="scan">
<label class="hidden" for="scanned">code_url, h5_url or the parameters of an app</label>
<input id="scanned" required placeholder="weixin://wxpay/bizpayurl?pr=…">
<button type="submit">Open on the phone</button>
</form>
</section>
<section class="card"><h2>Refunds <span>退款</span></h2>
<div class="scroll"><table><thead><tr><th>Refund</th><th>Order</th><th class="num">Amount</th><th>By</th><th>State</th></tr></thead><tbody id="refunds"></tbody></table></div>
</section>
<section class="card"><h2>Deliveries <span>通知记录</span></h2>
<div id="deliveries"></div>
</section>
<section class="card"><h2>Scenarios <span>场景</span><button type="button" id="clear">Back to a good day</button></h2>
${scenarioForm()}
</section>
</main>
</div>
<script>var phone = ${scriptJson(phone)};
${new Markup(personScript)}</script>`,
  );
