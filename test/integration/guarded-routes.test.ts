import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import KoaRouter from '@koa/router';
import Koa, { type Middleware } from 'koa';
import Router from 'koa-router';
import { wxOAuth } from 'koa-wxpay';
import { ask, spellingsOf } from '../support/example-routes.js';

const oauth = wxOAuth({ appid: 'wx0123456789abcdef', secret: 'secret', origin: 'https://shop.example' });
const HEADERS = { 'user-agent': 'Mozilla/5.0 MicroMessenger/8.0.50', accept: 'text/html' };
const page: Middleware = (ctx) => {
  ctx.body = 'the orders of whoever this is';
};

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

async function listen(routes: unknown): Promise<string> {
  const app = new Koa({ keys: ['a key of the tests'] });
  server = createServer(app.use(routes as Middleware).callback());
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The spellings of a path under which the page is shown to somebody whose openid is not known. */
async function openSpellings(url: string, path: string): Promise<string[]> {
  const open: string[] = [];
  for (const spelling of [path, ...spellingsOf(path)]) {
    const { text } = await ask(url, { method: 'GET', path: spelling, headers: HEADERS });
    if (text.includes('the orders of')) open.push(spelling);
  }
  return open;
}

// biome-ignore lint/suspicious/noExplicitAny: the two routers have types of their own for the same calls
const routers: [name: string, create: (options: Record<string, unknown>) => any][] = [
  ['koa-router', (options) => new Router(options)],
  ['@koa/router', (options) => new KoaRouter(options)],
];

describe.each(routers)('a router of %s', (_, create) => {
  test.each([{}, { sensitive: true }, { strict: true }, { sensitive: true, strict: true }])(
    'with %j shows a page whose route names wxOAuth to nobody without an openid, in no spelling',
    async (options) => {
      for (const prefix of ['/account', '/:shop', '/v1.0/account']) {
        const router = create({ prefix, ...options }).get('/orders', oauth, page);
        expect(await openSpellings(await listen(router.routes()), `${prefix.replace(':', '')}/orders`)).toEqual([]);
        server?.close();
      }
    },
  );

  test('that was given wxOAuth with use() under a prefix shows it in other letters, as the documents warn', async () => {
    const router = create({ prefix: '/account' }).use(oauth).get('/orders', page);
    expect(await openSpellings(await listen(router.routes()), '/account/orders')).toContain('/ACCOUNT/orders');
  });
});

test('koa-router never calls what use() was given under a prefix with a parameter, as the documents warn', async () => {
  const router = new Router({ prefix: '/:shop', sensitive: true }).use(oauth as never).get('/orders', page as never);
  expect(await openSpellings(await listen(router.routes()), '/tea/orders')).toContain('/tea/orders');
});

test('no document and no source file shows a guard that is given to a router with use()', () => {
  const files = ['README.md', 'README.zh-CN.md', 'docs', 'example-app', 'src'].flatMap(filesOf);
  expect(files.length).toBeGreaterThan(100);
  for (const file of files) {
    const shown = /\w*[rR]outer(?:\([^)]*\))?\s*\.use\((?!\))/.exec(readFileSync(file, 'utf8'));
    expect([file, shown?.[0]]).toEqual([file, undefined]);
  }
});

const filesOf = (path: string): string[] =>
  path.endsWith('.md')
    ? [path]
    : readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(ts|md)$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name))
        .map((name) => `${path}/${name}`);
