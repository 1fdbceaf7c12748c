import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { need } from './env.js';
import { type Api, merchantsWechat, readApi, type Wechat } from './wechat.js';

export interface Config {
  port: number;
  host: string;
  /** PostgreSQL; without it PGlite keeps its files in `dataFolder`. */
  databaseUrl: string | undefined;
  dataFolder: string;
  /** Redis: what is not a request is done by worker processes (`worker.ts`). */
  redisUrl: string | undefined;
  /** Signs the cookies that remember who is logged in. */
  cookieKey: string;
  /** The password of the owner's page; only a demo does without. */
  ownerKey: string | undefined;
  /** Which API version the merchant speaks. */
  api: Api;
  /** `null`: a simulator is started instead. */
  wechat: Wechat | null;
}

const DATA_FOLDER = fileURLToPath(new URL('../.data', import.meta.url));

/** Everything the shop takes from its environment, checked before anything is started. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const wechat = merchantsWechat(env);
  if (wechat) need(env, 'COOKIE_KEY', 'OWNER_KEY');
  // several processes share what is in Redis, and PGlite is one process's own
  if (env.REDIS_URL) need(env, 'DATABASE_URL');
  const port = env.PORT || '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`PORT must be 0 to 65535, not "${port}"`);
  return {
    port: Number(port),
    // the demo is for this machine only: its owner's page is open
    host: env.HOST || (wechat ? '0.0.0.0' : '127.0.0.1'),
    databaseUrl: env.DATABASE_URL || undefined,
    dataFolder: env.DATA_FOLDER || DATA_FOLDER,
    redisUrl: env.REDIS_URL || undefined,
    cookieKey: env.COOKIE_KEY || randomBytes(32).toString('hex'),
    ownerKey: env.OWNER_KEY || undefined,
    api: readApi(env),
    wechat,
  };
}
