/** Notification endpoints: read, verify, find the order, compare its price, have the effect once, answer. */
import type { IncomingMessage } from 'node:http';
import Koa, { type Context } from 'koa';
import getRawBody from 'raw-body';
import { memoryOnce, wxNotify } from '../../src/index.js';
import { axiosPluginV2, axiosPluginV3 } from '../candidates/axios-plugin.js';
import { floorV2 } from '../candidates/floor-v2.js';
import { floorV3 } from '../candidates/floor-v3.js';
import { nodeV3 } from '../candidates/node-v3.js';
import { wxpayV2, wxpayV3 } from '../candidates/ours.js';
import type { Paid, WorkV2, WorkV3 } from '../candidates/work.js';
import { orderOf } from '../inputs/order.js';
import type { AppOptions } from './app.js';

/**
 * Finished notifications that are remembered. A load sends more different ones than this, over and over: each is new again when
 * its next copy arrives, so that every request takes the whole path.
 */
export const REMEMBERED = 1_000;

const LIMIT = 128 * 1024;

const findOrder = async (out_trade_no: string) => ({ ...orderOf(out_trade_no), state: 'pending' as const });

async function fulfil(out_trade_no: string): Promise<void> {
  if (out_trade_no === '') throw new Error('no order');
}

function oursOf(wxpay: ReturnType<typeof wxpayV2>): Koa {
  const app = new Koa();
  app.use(wxNotify({ wxpay, findOrder, once: memoryOnce({ max: REMEMBERED }) }));
  app.use(async (ctx) => {
    const { notice } = ctx.state.wxpay;
    if (notice.type === 'payment.success') await fulfil(notice.payment.out_trade_no);
  });
  return app;
}

export const oursV2 = ({ merchant }: AppOptions): Koa => oursOf(wxpayV2(merchant));
export const oursV3 = ({ merchant }: AppOptions): Koa => oursOf(wxpayV3(merchant));

/** What a shop writes around a package that only verifies. */
function appOf(read: (ctx: Context) => Promise<Paid>, acknowledge: (ctx: Context) => void): Koa {
  const fulfilled = new Set<string>();
  const app = new Koa();
  app.use(async (ctx) => {
    try {
      const { out_trade_no, total } = await read(ctx);
      const order = await findOrder(out_trade_no);
      if (order.amount.total !== total) throw new Error('another price');
      if (!fulfilled.has(out_trade_no)) {
        await fulfil(out_trade_no);
        fulfilled.add(out_trade_no);
        if (fulfilled.size > REMEMBERED) fulfilled.delete(fulfilled.values().next().value as string);
      }
      acknowledge(ctx);
    } catch {
      ctx.status = 400;
    }
  });
  return app;
}

type ReadBody = (request: IncomingMessage) => Promise<Buffer>;

const withRawBody: ReadBody = (request) => getRawBody(request, { limit: LIMIT });

const byHand: ReadBody = (request) =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LIMIT) reject(new Error('too large'));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
  });

function appV2({ readNotification }: WorkV2, readBody: ReadBody): Koa {
  const acknowledge = (ctx: Context): void => {
    ctx.type = 'text/xml';
    ctx.body = '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>';
  };
  return appOf(async ({ req }) => readNotification(await readBody(req)), acknowledge);
}

function appV3({ readNotification }: WorkV3, readBody: ReadBody): Koa {
  const read = async ({ req }: Context): Promise<Paid> => {
    const headers = req.headers as Record<string, string>;
    return readNotification({ body: await readBody(req), headers, headersDistinct: {} });
  };
  return appOf(read, (ctx) => {
    ctx.status = 204;
  });
}

export const peerV2 = ({ merchant }: AppOptions): Koa => appV2(axiosPluginV2(merchant), withRawBody);
export const handWrittenV2 = ({ merchant }: AppOptions): Koa => appV2(floorV2(merchant), byHand);
export const peerV3 = ({ merchant }: AppOptions): Koa => appV3(axiosPluginV3(merchant), withRawBody);
export const nodePeerV3 = ({ merchant }: AppOptions): Koa => appV3(nodeV3(merchant), withRawBody);
export const handWrittenV3 = ({ merchant }: AppOptions): Koa => appV3(floorV3(merchant), byHand);
