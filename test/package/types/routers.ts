/** The middlewares on every router: compiled, never run. */
import AtKoaRouter from '@koa/router';
import Koa from 'koa';
import KoaRouter from 'koa-router';
import {
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

// none
new Koa()
  .use(wxOAuth(account))
  .use(wxPrepay({ wxpay, order: () => null }))
  .use((ctx) => {
    ctx.body = page(ctx.state.wxpay.jsapi) + ctx.state.wxpay.openid;
  });
