import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createSimulator, type Simulator } from '../../src/simulator/index.js';
import { launchChromium, newContext } from '../support/browser.js';

/** A simulator, a shop that it notifies, and a browser that shows its page. */
export interface OpenedPage {
  sim: Simulator;
  /** The address that is notified. */
  notifyUrl: string;
  /** What the shop answers to notifications. */
  shop: { status: number };
  context: BrowserContext;
  page: Page;
  /** What the console of the page complained about. */
  complaints: string[];
  close(): Promise<void>;
}

export interface OpenOptions {
  browser: Browser;
  locale?: 'en-US' | 'zh-CN';
  width?: number;
}

export const WIDE = 1280;
export const NARROW = 360;

/** What the shop shows on the phone: text that would do harm if it were markup. */
export const ATTACK = '<img src=x onerror="window.attacked=1">茶';

/** Opens the page of a simulator of its own. */
export async function openPage({ browser, locale = 'en-US', width = WIDE }: OpenOptions): Promise<OpenedPage> {
  const shop = { status: 204 };
  const server = createServer((req, res) => {
    req.resume();
    if (req.method !== 'POST')
      return void res.setHeader('content-type', 'text/html').end(`<!doctype html><p>${req.url}</p>`);
    res.writeHead(shop.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sim = await createSimulator({
    phone: { shop: address },
    apps: [{ appid: 'wx00000000000000aa', secret: 'a'.repeat(32), kind: 'miniProgram' }],
  });
  const context = await newContext(browser, { viewport: { width, height: 900 }, locale });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(sim.url);
  return {
    ...{ sim, notifyUrl: `${address}/wxpay/notify`, shop, context, page, complaints },
    close: async () => {
      await context.close();
      await sim.close();
      await closed(server);
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export { launchChromium };

/** The interface of the simulator, to prepare what is shown. */
export async function api(
  sim: Simulator,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${sim.url}/__sim${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, unknown>;
}
