import { join } from 'node:path';
import { installIn, writeFiles } from './consumer.js';
import { node } from './run.js';

/** What a TypeScript shop on each Koa installs. Both routers are as old as that Koa allows. */
export const COMPANIONS = {
  2: ['koa@2.16', '@types/koa@2', 'koa-router@12', '@types/koa-router@7', '@koa/router@12', '@types/koa__router@12'],
  3: ['koa@3', '@types/koa@3', 'koa-router@14', '@types/koa-router@7', '@koa/router@15'],
};

export type KoaMajor = keyof typeof COMPANIONS;

/** A folder with the packed package, Koa and both routers; shops are compiled in folders below it. */
export const installFor = (koa: KoaMajor, folder: string, ...packages: string[]): Promise<void> =>
  installIn(folder, ...COMPANIONS[koa], '@types/node@20', ...packages);

/** How a shop finds modules. Node.js' own resolution finds one for `import` and one for `require`. */
export const RESOLUTIONS = {
  nodenext: { extensions: ['mts', 'cts'], options: { module: 'nodenext' } },
  node16: { extensions: ['mts', 'cts'], options: { module: 'node16' } },
  bundler: { extensions: ['ts'], options: { module: 'esnext', moduleResolution: 'bundler' } },
  node10: { extensions: ['ts'], options: { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true } },
};

export type Resolution = keyof typeof RESOLUTIONS;

/**
 * Compiles the shop on both routers.
 *
 * @param compiler the folder of an installed TypeScript
 * @param options added to the strict ones
 */
export async function compile(compiler: string, folder: string, resolution: Resolution, options = {}): Promise<void> {
  const { extensions, options: modules } = RESOLUTIONS[resolution];
  const shops = Object.entries(ROUTERS).flatMap(([name, router]) =>
    extensions.map((extension) => [`${name}.${extension}`, shopOn(router)]),
  );
  const strict = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2022', types: ['node'] };
  const compilerOptions = { ...strict, ...modules, ...options };
  writeFiles(folder, {
    ...Object.fromEntries(shops),
    'tsconfig.json': JSON.stringify({ compilerOptions, files: shops.map(([file]) => file) }),
  });
  await node([join(compiler, 'bin/tsc'), '-p', '.'], folder);
}

/** koa-router's state is `any`; @koa/router takes its type once. */
const ROUTERS = {
  'koa-router': { from: 'koa-router', state: '' },
  'at-koa-router': { from: '@koa/router', state: '<OAuthState & PrepayState & NotifyState>' },
};

const shopOn = ({ from, state }: { from: string; state: string }): string => `import Koa from 'koa';
import Router from '${from}';
import {
  createSettlement, createWxpay, memoryOnce, wxNotify, wxOAuth, wxPrepay, wxSettle,
  type JsapiParams, type Notice, type NotifyState, type OAuthState, type Order, type PrepayState,
} from 'koa-wxpay';
import { mysqlOnce } from 'koa-wxpay/mysql';
import { postgresOnce } from 'koa-wxpay/postgres';
import { redisOnce } from 'koa-wxpay/redis';
import { createSimulator } from 'koa-wxpay/simulator';
import { signedNoticeV2 } from 'koa-wxpay/testing';

const wxpay = createWxpay({
  appid: 'wx0123456789abcdef', mchid: '1900000109', notifyUrl: 'https://shop.example/n', v2: { key: 'k' },
});
declare const findOrder: (out_trade_no: string) => Promise<Order | null>;
const account = { appid: 'wx0123456789abcdef', secret: 'secret', origin: 'https://shop.example' };
const settlement = createSettlement({ wxpay, findOrder, once: memoryOnce(), async fulfil() {} });
const page = (jsapi: JsapiParams): string => jsapi.paySign;
const take = (notice: Notice): string => notice.type;

const router = new Router${state}();
router.get(
  '/orders/:id/pay',
  wxOAuth(account),
  wxPrepay({ wxpay, order: (ctx) => findOrder(ctx.params.id) }),
  (ctx) => { ctx.body = page(ctx.state.wxpay.jsapi) + ctx.params.id; },
);
router.post('/wxpay/notify', wxNotify({ wxpay, findOrder, once: memoryOnce() }), (ctx) => {
  take(ctx.state.wxpay.notice);
});
router.post('/settled', wxNotify(settlement));
router.post('/orders/:id/settle', wxOAuth(account), wxSettle(settlement, { order: (ctx) => findOrder(ctx.params.id) }));

const app = new Koa();
app.use(router.routes()).use(router.allowedMethods());
app.use(wxOAuth(account)).use(wxPrepay({ wxpay, order: () => null })).use((ctx) => {
  ctx.body = page(ctx.state.wxpay.jsapi) + ctx.state.wxpay.openid;
});
export const others = [postgresOnce, mysqlOnce, redisOnce, signedNoticeV2, createSimulator];
`;
