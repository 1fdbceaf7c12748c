import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import Koa, { type Middleware } from 'koa';
import { memoryOnce, wxNotify, wxOAuth } from 'koa-wxpay';
import { Agent, request } from 'undici';
import { read } from '../package/markdown.js';
import { binary } from '../support/binaries.js';
import { merchantV3, noticeV3 } from '../support/merchant-v3.js';
import { describeWith } from '../support/needs.js';
import { Account, freePort, PrivateServer } from '../support/server.js';
import { listening, order } from '../support/shop.js';
import { tlsIdentity } from '../support/tls-identity.js';

const CONFIGURATION = /```nginx\n([\s\S]*?)```/.exec(read('docs/deploy.md'))?.[1] ?? '';

/** The configuration of the guide with the ports and files of this test. */
async function startNginx(shopPort: number): Promise<{ port: number; server: PrivateServer; cert: string }> {
  const account = new Account('www-data');
  const folder = account.folder('koa-wxpay-nginx-');
  const port = await freePort();
  const { key, cert } = tlsIdentity(Date.now());
  const replaced = Object.entries({
    '127.0.0.1:3000': `127.0.0.1:${shopPort}`,
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    '/etc/ssl/shop.example.pem': join(folder, 'cert.pem'),
    '/etc/ssl/shop.example.key': join(folder, 'key.pem'),
  }).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the guide has no ${from}`);
    return text.replace(from, to);
  }, CONFIGURATION);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n');
  const configuration = `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr;
events {}\nhttp {\naccess_log off;\n${temporary}\n${replaced}\n}\n`;
  const files = { 'cert.pem': cert, 'key.pem': key, 'nginx.conf': configuration };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const server = new PrivateServer({
    port,
    folder,
    command: account.command(binary('nginx'), ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']),
    isReady: () =>
      new Promise<void>((resolve, reject) => {
        const socket = createConnection(port, '127.0.0.1', () => resolve(void socket.destroy()));
        socket.once('error', reject);
      }),
  });
  await server.start();
  return { port, server, cert };
}

describeWith(['nginx'], 'a shop behind the nginx of the guide', () => {
  let shop: Server;
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  let agent: Agent;
  let seen: string[];
  let handled: number;
  let hangUp: boolean;

  beforeAll(async () => {
    const app = new Koa({ keys: ['k'], proxy: true });
    app.silent = true;
    app.use(async (ctx, next) => {
      seen.push(`${ctx.method} ${ctx.path}`);
      if (hangUp) {
        ctx.respond = false;
        ctx.req.socket.destroy();
        return;
      }
      if (ctx.path === '/ip') ctx.body = `${ctx.protocol} ${ctx.ip}`;
      else await next();
    });
    const notify = wxNotify({ wxpay: merchantV3(), findOrder: async () => order(), once: memoryOnce() }) as Middleware;
    const oauth = wxOAuth({ appid: 'wx0123456789abcdef', secret: 's', origin: 'https://shop.example' }) as Middleware;
    app.use((ctx, next) => (ctx.path === '/wxpay/notify' ? notify(ctx, next) : oauth(ctx, next)));
    app.use((ctx) => {
      if (ctx.state.wxpay.notice) handled++;
    });
    shop = await listening(createServer(app.callback()));
    nginx = await startNginx((shop.address() as AddressInfo).port);
    agent = new Agent({ connect: { ca: nginx.cert, checkServerIdentity: () => undefined } });
  });
  afterAll(async () => {
    await agent?.close();
    await nginx?.server.stop();
    shop?.closeAllConnections();
    await new Promise((resolve) => shop?.close(resolve));
  });
  beforeEach(() => {
    [seen, handled, hangUp] = [[], 0, false];
  });

  const ask = (
    path: string,
    options: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string } = {},
  ) => request(`https://127.0.0.1:${nginx.port}${path}`, { dispatcher: agent, method: 'GET', ...options });

  test('a notification arrives byte for byte, and is acknowledged', async () => {
    const { statusCode } = await ask('/wxpay/notify', { method: 'POST', ...noticeV3() });
    expect([statusCode, handled]).toEqual([204, 1]);
  });

  test('a notification that the shop does not answer is not sent to it twice', async () => {
    hangUp = true;
    const { statusCode } = await ask('/wxpay/notify', { method: 'POST', ...noticeV3() });
    expect([statusCode, seen]).toEqual([502, ['POST /wxpay/notify']]);
  });

  test('a body over the limit never reaches the shop', async () => {
    const { statusCode } = await ask('/wxpay/notify', { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    expect([statusCode, seen]).toEqual([413, []]);
  });

  test('the address of the payer is the one that nginx sees, whatever a client claims', async () => {
    const { body } = await ask('/ip', { headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'http' } });
    expect(await body.text()).toBe('https 127.0.0.1');
  });

  test('a login returns to the origin, and its cookie is Secure', async () => {
    const { statusCode, headers } = await ask('/orders/17?a=b', {
      headers: { 'user-agent': 'MicroMessenger/8.0.49', accept: 'text/html', host: 'evil.example' },
    });
    const redirect_uri = new URL(String(headers.location)).searchParams.get('redirect_uri');
    expect([statusCode, redirect_uri]).toEqual([302, 'https://shop.example/orders/17?a=b']);
    expect(String(headers['set-cookie'])).toMatch(/; secure/i);
  });
});
