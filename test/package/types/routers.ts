/** The middlewares on every router: compiled, never run. */
import AtKoaRouter from '@koa/router';
import Koa from 'koa';
import KoaRouter from 'koa-router';
import {
  type AppParams,
  createSettlement,
  type JsapiParams,
  memoryOnce,
  type Notice,
  type NotifyState,
  type OAuthState,
  type Order,
  type PrepayState,
  type Wxpay,
  wxNotify,
  wxOAuth,
  wxPrepay,
  wxSettle,
} from 'koa-wxpay';

declare const wxpay: Wxpay;
declare const findOrder: (out_trade_no: string) => Promise<Order | null>;
const account = { appid: 'wx0123456789abcdef', secret: 'secret', origin: 'https://shop.example' };
const settlement = createSettlement({ wxpay, findOrder, once: memoryOnce(), async fulfil() {} });
const page = (jsapi: JsapiParams): string => jsapi.paySign;
const take = (notice: Notice): string => notice.type;

// koa-router, whose state is any
new KoaRouter()
  .get('/orders/:id/pay', wxOAuth(account), wxPrepay({ wxpay, order: (ctx) => findOrder(ctx.params.id) }), (ctx) => {
    ctx.body = page(ctx.state.wxpay.jsapi) + ctx.params.id;
  })
  .post('/wxpay/notify', wxNotify({ wxpay, findOrder, once: memoryOnce() }), (ctx) => {
    take(ctx.state.wxpay.notice);
  })
  .post('/settled', wxNotify(settlement))
  .post('/orders/:id/settle', wxOAuth(account), wxSettle(settlement, { order: (ctx) => findOrder(ctx.params.id) }));

// @koa/router, whose state is said once
new AtKoaRouter<OAuthState & PrepayState & NotifyState>()
  .get('/orders/:id/pay', wxOAuth(account), wxPrepay({ wxpay, order: (ctx) => findOrder(ctx.params.id) }), (ctx) => {
    ctx.body = page(ctx.state.wxpay.jsapi) + ctx.params.id;
  })
  .post('/wxpay/notify', wxNotify({ wxpay, findOrder, once: memoryOnce() }), (ctx) => {
    take(ctx.state.wxpay.notice);
  })
  .post('/settled', wxNotify(settlement))
  .post('/orders/:id/settle', wxOAuth(account), wxSettle(settlement, { order: (ctx) => findOrder(ctx.params.id) }));

// what is attached follows from the way of paying
new Koa().use(wxPrepay({ wxpay, type: 'native', order: () => null })).use((ctx) => {
  const { code_url, out_trade_no } = ctx.state.wxpay;
  ctx.body = code_url.length + out_trade_no.length;
  // @ts-expect-error: a QR code has no parameters for the cashier
  ctx.state.wxpay.jsapi;
});
new Koa()
  .use(wxPrepay({ wxpay, type: 'h5', order: () => null, returnUrl: (_ctx, { out_trade_no }) => out_trade_no }))
  .use((ctx) => ctx.redirect(ctx.state.wxpay.h5_url));
new AtKoaRouter<PrepayState<'app'>>().post('/app', wxPrepay({ wxpay, type: 'app', order: () => null }), (ctx) => {
  ctx.body = ctx.state.wxpay.app satisfies AppParams;
});
// @ts-expect-error: no way of paying
wxPrepay({ wxpay, type: 'qr', order: () => null });

// none
new Koa()
  .use(wxOAuth(account))
  .use(wxPrepay({ wxpay, order: () => null }))
  .use((ctx) => {
    ctx.body = page(ctx.state.wxpay.jsapi) + ctx.state.wxpay.openid;
  });
