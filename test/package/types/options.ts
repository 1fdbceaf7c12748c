/** Options that must not compile. */
import { createWxpay, memoryOnce, type Order, type Wxpay, wxNotify, wxOAuth, wxPrepay } from 'koa-wxpay';

declare const wxpay: Wxpay;
const merchant = { appid: 'wx0123456789abcdef', mchid: '1900000109', notifyUrl: 'https://shop.example/wxpay/notify' };
const order: Order = { out_trade_no: 'SHOP0001', description: 'tea', amount: { total: 1990 } };
const findOrder = async (): Promise<Order | null> => order;

// @ts-expect-error: a number loses leading zeros
createWxpay({ ...merchant, mchid: 1900000109, v2: { key: 'key' } });
// @ts-expect-error: no such option
createWxpay({ ...merchant, v2: { key: 'key' }, skipVerification: true });
// @ts-expect-error: not an algorithm of API v2
createWxpay({ ...merchant, v2: { key: 'key', signType: 'RSA' } });
// @ts-expect-error: the APIv3 key is missing
createWxpay({ ...merchant, v3: { privateKey: 'pem', serial_no: '00' } });

// @ts-expect-error: "once" has no default
wxNotify({ wxpay, findOrder });
// @ts-expect-error: memoryOnce is a function that makes one
wxNotify({ wxpay, findOrder, once: memoryOnce });
// @ts-expect-error: an order has an amount
wxNotify({ wxpay, findOrder: async () => ({ out_trade_no: 'SHOP0001', description: 'tea' }), once: memoryOnce() });
// @ts-expect-error: an order that is paid comes with the payment that paid it
wxNotify({ wxpay, findOrder: async () => ({ ...order, state: 'paid' }), once: memoryOnce() });
// @ts-expect-error: amounts are fen in an integer, not text
wxPrepay({ wxpay, order: () => ({ ...order, amount: { total: '19.90' } }) });
// @ts-expect-error: the order comes from a lookup
wxPrepay({ wxpay, order });
// @ts-expect-error: addresses come from "origin", never from the request
wxOAuth({ appid: 'wx0123456789abcdef', secret: 'secret' });
// @ts-expect-error: not a scope of web pages
wxOAuth({ appid: 'wx0123456789abcdef', secret: 'secret', origin: 'https://shop.example', scope: 'snsapi_login' });
