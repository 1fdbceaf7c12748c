import type { NoticeMerchantV2 } from 'koa-wxpay/testing';

/** What keeps an order credited once: a `once` of ours. */
export type DurableStore = 'postgres' | 'mariadb' | 'redis';

/** What keeps it credited once in many tutorials, and does not. */
export type TutorialStore = 'outside' | 'marker' | 'status';

export const TITLES: Record<DurableStore, string> = { postgres: 'PostgreSQL', mariadb: 'MariaDB', redis: 'Redis' };

/** What a shop's server process is started with. */
export interface ShopConfig {
  store: DurableStore | TutorialStore;
  postgres: string;
  mariadb: string;
  redis: string;
  merchant: NoticeMerchantV2;
  /** `persist-then-ack`: the notification is stored and acknowledged, and a worker in the same process has the effect. */
  stored?: boolean;
  /** A request may ask the process to die at a point: see crash.ts. */
  crashes?: boolean;
  /** Milliseconds after which a handler that does not settle is given up. */
  handlerTimeout?: number;
  /** Milliseconds a Redis lease outlives its process. @default 1_000 */
  leaseTime?: number;
  /** Milliseconds a handler sleeps whose manner it is: longer than any notification waits. */
  sleepFor?: number;
  /** Milliseconds a handler takes before its effect, and again after it. */
  lingering?: number;
  /** The process lets others go first: what it does is not timed, and what runs beside it is. */
  yields?: boolean;
  /** Where WeChat is asked; only for reconcile. */
  baseUrl?: string;
}

export const MERCHANT: NoticeMerchantV2 = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  key: '8934e7d15453e97507ef794cf7b0519d',
};

/** Every order costs this many fen. */
export const TOTAL = 1990;

const ENVIRONMENT = 'FAULTS_SHOP';

export const toEnvironment = (config: ShopConfig): NodeJS.ProcessEnv => ({
  ...process.env,
  [ENVIRONMENT]: JSON.stringify(config),
});

export const fromEnvironment = (): ShopConfig => JSON.parse(process.env[ENVIRONMENT] as string) as ShopConfig;
