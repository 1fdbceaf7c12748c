/** A server of the benchmark in a process of its own: one of the apps below. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import type { Merchant } from '../inputs/merchant.js';
import { answering } from './child.js';

/** What an app is made from. */
export interface AppOptions {
  merchant: Merchant;
  /** The base address of the WeChat Pay that answers. */
  upstream?: string;
}

type CreateApp = (options: AppOptions) => Koa | Promise<Koa>;

const APPS: Readonly<Record<string, () => Promise<CreateApp>>> = {
  'notify-v2 ours': async () => (await import('./notify.js')).oursV2,
  'notify-v2 peer': async () => (await import('./notify.js')).peerV2,
  'notify-v2 floor': async () => (await import('./notify.js')).handWrittenV2,
  'notify-v3 ours': async () => (await import('./notify.js')).oursV3,
  'notify-v3 peer': async () => (await import('./notify.js')).peerV3,
  'notify-v3 node': async () => (await import('./notify.js')).nodePeerV3,
  'notify-v3 floor': async () => (await import('./notify.js')).handWrittenV3,
  'prepay-v2 ours': async () => (await import('./prepay-v2.js')).ours,
  'prepay-v2 peer': async () => (await import('./prepay-v2.js')).peer,
  'prepay-v2 floor': async () => (await import('./prepay-v2.js')).handWritten,
  'prepay-v3 ours': async () => (await import('./prepay-v3.js')).ours,
  'prepay-v3 peer': async () => (await import('./prepay-v3.js')).peer,
  'prepay-v3 node': async () => (await import('./prepay-v3.js')).nodePeer,
  'prepay-v3 floor': async () => (await import('./prepay-v3.js')).handWritten,
  'prepay-v3 pooled floor': async () => (await import('./prepay-v3.js')).handWrittenInPool,
};

export interface Question {
  app: string;
  options: AppOptions;
}

answering(async ({ app: name, options }: Question) => {
  const create = await (APPS[name] as () => Promise<CreateApp>)();
  const app = await create(options);
  app.on('error', () => {});
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
