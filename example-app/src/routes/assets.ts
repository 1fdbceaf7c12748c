import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type Router from 'koa-router';
import { createRouter } from './router.js';

const FILES = { 'shop.css': 'text/css', 'pay.js': 'text/javascript', 'owner.js': 'text/javascript' };

/** The few files of `public/`, read once. */
export function assetRoutes(): Router {
  const router = createRouter();
  for (const [name, type] of Object.entries(FILES)) {
    const body = readFileSync(new URL(`../../public/${name}`, import.meta.url));
    const etag = createHash('sha256').update(body).digest('base64url').slice(0, 16);
    router.get(`/${name}`, (ctx) => {
      ctx.set('Cache-Control', 'no-cache');
      ctx.etag = etag;
      ctx.status = 200;
      if (ctx.fresh) {
        ctx.status = 304;
        return;
      }
      ctx.type = `${type}; charset=utf-8`;
      ctx.body = body;
    });
  }
  return router;
}
