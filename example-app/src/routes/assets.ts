import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type Router from 'koa-router';
import { createRouter } from './router.js';

const ours = (name: string): string => fileURLToPath(new URL(`../../public/${name}`, import.meta.url));

/** The few files that browsers load, and where they are. */
const FILES: Record<string, () => string> = {
  'shop.css': () => ours('shop.css'),
  'pay.js': () => ours('pay.js'),
  'web.js': () => ours('web.js'),
  'owner.js': () => ours('owner.js'),
  'wxpay.js': () => fileURLToPath(import.meta.resolve('koa-wxpay/browser')),
};

/** Serves each file from memory, once it was asked for. */
export function assetRoutes(): Router {
  const router = createRouter();
  for (const [name, file] of Object.entries(FILES)) {
    let read: Promise<{ body: Buffer; etag: string }> | undefined;
    router.get(`/${name}`, async (ctx) => {
      read ??= load(file());
      const { body, etag } = await read;
      ctx.set('Cache-Control', 'no-cache');
      ctx.etag = etag;
      ctx.status = 200;
      if (ctx.fresh) {
        ctx.status = 304;
        return;
      }
      ctx.type = name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
      ctx.body = body;
    });
  }
  return router;
}

async function load(file: string): Promise<{ body: Buffer; etag: string }> {
  const body = await readFile(file);
  return { body, etag: createHash('sha256').update(body).digest('base64url').slice(0, 16) };
}
