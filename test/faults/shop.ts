import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa, { type Context } from 'koa';
import { createSettlement, createWorker, createWxpay, type Inbox, type Notice, wxNotify } from 'koa-wxpay';
import { fromEnvironment } from './config.js';
import { crashing, crashingRequests } from './crashing.js';
import { misbehave } from './misbehave.js';
import { openStore } from './stores/store.js';

/** A shop's server process; it tells its parent the port it listens on, and ends with it. */

const config = fromEnvironment();
const opened = await openStore(config);
const { once, findOrder, inbox, credit, begun } = config.crashes ? crashing(opened) : opened;
const { appid, mchid, key } = config.merchant;
const wxpay = createWxpay({ appid, mchid, notifyUrl: 'https://shop.example/wxpay/notify', v2: { key } });

const app = new Koa();
let told = 0;
app.on('error', (error: Error & { code?: string }) => {
  if (error.code === 'ERR_WXPAY_BUSY' || told++ >= 20) return;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  console.error(`${error.code ?? error.name}: ${error.message}${cause}`);
});
if (config.crashes) app.use(crashingRequests);
const settlement = config.stored
  ? createSettlement<unknown>({
      wxpay,
      findOrder,
      once,
      inbox: inbox as Inbox<unknown>,
      fulfil: (notice, { tx }) => effect(notice, tx),
    })
  : undefined;
app.use(wxNotify(settlement ?? { wxpay, findOrder, once }));
app.use(({ state }: Context) => effect(state.wxpay.notice, state.wxpay.tx));
if (settlement) createWorker(settlement, { pollEvery: 100 }).start();

async function effect(notice: Notice, tx: unknown): Promise<void> {
  if (notice.type !== 'payment.success') return;
  await misbehave(notice.payment.out_trade_no, begun, config.sleepFor);
  await linger();
  await credit(tx, notice.payment);
  await linger();
}

async function linger(): Promise<void> {
  if (config.lingering !== undefined) await sleep(config.lingering);
}

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
server.keepAliveTimeout = 60_000;
process.on('disconnect', () => process.exit());
