import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { memoryOnce, type WxNotifyOptions, type Wxpay, wxNotify } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { listening, order } from './shop.js';
import { merchantOf } from './versions.js';

/** A shop with one notification address, and the WeChat that sends to it. */
export interface EventShop {
  sim: Simulator;
  wxpay: Wxpay;
  url: string;
  /** Codes of the errors the app emitted, oldest first. */
  codes: string[];
  errors: Error[];
  /** Mounts wxNotify and a handler behind it, which counts in `reached`. */
  mount(options: Record<string, unknown>): void;
  reached: number;
  /** The status of every answer so far. */
  statuses(): (number | undefined)[];
  close(): Promise<void>;
}

export async function eventShop(): Promise<EventShop> {
  const sim = await createSimulator();
  const server = await listening(createServer());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
  const wxpay = merchantOf(sim, 'v3', { notifyUrl: url });
  const errors: Error[] = [];
  const shop: EventShop = {
    sim,
    wxpay,
    url,
    errors,
    reached: 0,
    get codes() {
      return errors.map((error) => (error as { code?: string }).code ?? error.message);
    },
    mount(options) {
      const app = new Koa();
      app.on('error', (error: Error) => errors.push(error));
      const defaults = { wxpay, once: memoryOnce(), findOrder: async () => order() };
      app.use(wxNotify({ ...defaults, ...options } as unknown as WxNotifyOptions<unknown>));
      app.use(() => {
        shop.reached++;
      });
      server.removeAllListeners('request');
      server.on('request', app.callback());
    },
    statuses: () => sim.deliveries.map(({ status }) => status),
    async close() {
      await sim.close();
      await closed(server);
    },
  };
  return shop;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
