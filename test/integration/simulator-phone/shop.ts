import type { AddressInfo } from 'node:net';
import Koa, { type Context } from 'koa';
import type { Simulator } from '../../../src/simulator/index.js';
import { order, params } from '../simulator/support.js';

export interface TestShop {
  url: string;
  /** What arrived, newest last. */
  requests: { method: string; url: string; headers: Context['headers']; body: string }[];
  close(): Promise<void>;
}

/** A shop with no login and no ledger: whatever the phone asks for is answered by the handler of that path. */
export async function startShop(
  pages: Record<string, (ctx: Context) => void> = {},
): Promise<TestShop> {
  const requests: TestShop['requests'] = [];
  const app = new Koa();
  // browsers that leave in the middle of a stream are expected here
  app.silent = true;
  app.use(async (ctx) => {
    const chunks: Buffer[] = [];
    for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
    const { method, url, headers } = ctx;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    pages[ctx.path]?.(ctx);
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Places an order, and returns the parameters a page pays it with. */
export async function placeOrder(
  sim: Simulator,
  out_trade_no: string,
  { total = 1990, description = '龙井茶 250g' } = {},
) {
  const fields = { out_trade_no, body: description, total_fee: String(total) };
  const prepay_id = (await order(sim, fields)).get('prepay_id');
  if (!prepay_id) throw new Error(`the simulator refused order ${out_trade_no}`);
  return params(sim, prepay_id);
}

/** A page with a button that pays, and a place for what the bridge answered. */
export const payPage = (params: object, title = '确认订单'): string => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body{font:16px/1.6 system-ui;margin:0;padding:24px;background:#f6f6f6}button{font:inherit;width:100%;padding:12px;border:0;border-radius:8px;background:#07c160;color:#fff}</style>
<script>
window.atStart = typeof WeixinJSBridge;
window.agent = navigator.userAgent;
function pay() {
  WeixinJSBridge.invoke('getBrandWCPayRequest', ${JSON.stringify(params)}, function (res) {
    document.getElementById('result').textContent = res.err_msg + (res.err_desc ? ' ' + res.err_desc : '');
  });
}
function ready() { document.getElementById('state').textContent = 'ready'; }
document.addEventListener('WeixinJSBridgeReady', ready);
</script></head>
<body><h1>${title}</h1><p id="state">waiting</p><button onclick="pay()">微信支付 ¥19.90</button><p id="result"></p></body></html>`;
