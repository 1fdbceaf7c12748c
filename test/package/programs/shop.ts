import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { createWxpay, memoryOnce, type Notice, TransportError, wxNotify } from 'koa-wxpay';
import { createSimulator } from 'koa-wxpay/simulator';

/** Places, pays and settles an order over each API version, in a simulator of its own. */
export async function settledOrders(): Promise<string[]> {
  const simulator = await createSimulator();
  const server = createServer().listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { mchid, v3, key } = simulator.merchant;
    const { appid } = simulator.app;
    const options = { appid, mchid, baseUrl: simulator.url, notifyUrl: `http://127.0.0.1:${port}/notify` };
    const overV3 = createWxpay({ ...options, v3, v2: { key } });
    const overV2 = createWxpay({ ...options, v2: { key } });

    const settled: string[] = [];
    const findOrder = async (out_trade_no: string) => ({ out_trade_no, description: 'tea', amount: { total: 1990 } });
    const router = new Router();
    router.post('/notify', wxNotify({ wxpay: overV3, findOrder, once: memoryOnce() }), (ctx) => {
      const notice: Notice = ctx.state.wxpay.notice;
      if (notice.type === 'payment.success') settled.push(notice.payment.out_trade_no);
    });
    const app = new Koa();
    app.use(router.routes());
    server.on('request', app.callback());

    const openid = simulator.people[0]?.openid(appid) as string;
    for (const [wxpay, out_trade_no] of [[overV3, 'SHOPV3'] as const, [overV2, 'SHOPV2'] as const]) {
      const prepay_id = await wxpay.prepay(await findOrder(out_trade_no), { openid, clientIp: '203.0.113.7' });
      await simulator.pay(wxpay.jsapiParams(prepay_id));
      await simulator.settled();
    }
    return settled;
  } finally {
    server.close();
    server.closeAllConnections();
    await simulator.close();
  }
}

/** Whether a request to a port on which nothing listens rejects with an instance of the exported class. */
export async function rejectsWithTransportError(): Promise<boolean> {
  const wxpay = createWxpay({
    appid: 'wx0123456789abcdef',
    mchid: '1900000109',
    notifyUrl: 'http://127.0.0.1:3000/notify',
    baseUrl: 'http://127.0.0.1:1',
    v2: { key: '8934e7d15453e97507ef794cf7b0519d' },
  });
  return wxpay.queryOrder({ out_trade_no: 'SHOP00A17' }).then(
    () => false,
    (error: unknown) => error instanceof TransportError,
  );
}
