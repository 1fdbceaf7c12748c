import type Koa from 'koa';
import { unknownName } from '../../util/options.js';
import { loadModule } from '../load-module.js';
import { UsageError } from '../usage.js';
import type { Facts, Settings, V2Facts, V3Facts } from './facts.js';

/** What the module of a shop exports, by default or by these names. */
export interface DoctorModule {
  /** The Koa app, which need not listen. */
  app?: Koa;
  /** What `createWxpay` is given, or several of it. */
  wxpay?: WxpayFacts | readonly WxpayFacts[];
  /** What `wxOAuth` is given. */
  oauth?: { appid?: string; origin?: string };
  /** Addresses of the pages that pay. */
  pages?: readonly string[];
  /** What is entered in WeChat's consoles. */
  settings?: Settings;
  /** Lets the process end. */
  end?(): Promise<void> | void;
}

interface WxpayFacts {
  appid?: string;
  mchid?: string;
  notifyUrl?: string;
  refundNotifyUrl?: string;
  v3?: V3Facts;
  v2?: V2Facts;
}

const NAMES = ['app', 'wxpay', 'oauth', 'pages', 'settings', 'end'];
const SETTINGS = ['oauthDomains', 'jsDomains', 'payDirectories', 'h5Domains'];

/** The facts of each merchant of the module. */
export interface ShopModule {
  merchants: Facts[];
  end(): Promise<void>;
}

/**
 * Reads what a module of the shop exports.
 *
 * @throws {UsageError} it cannot be loaded, or exports nothing that the doctor knows
 */
export async function loadShop(file: string): Promise<ShopModule> {
  const found = exportsOf(file, await loadModule(file));
  const { app, wxpay, oauth = {}, pages = [], settings = {}, end } = found;
  for (const name of Object.keys(settings)) {
    if (!SETTINGS.includes(name)) throw new UsageError(`${file}: ${unknownName('settings', name, SETTINGS)}`);
  }
  const merchants = [wxpay ?? {}].flat().map((options: WxpayFacts, at): Facts => {
    const { appid = oauth.appid, mchid, notifyUrl, refundNotifyUrl, v3, v2 } = options;
    const { origin } = oauth;
    return {
      ...(appid !== undefined && { appid }),
      ...(mchid !== undefined && { mchid }),
      notifyUrls: [notifyUrl, refundNotifyUrl].filter((url) => url !== undefined),
      ...(v3 && { v3 }),
      ...(v2 && { v2 }),
      // What is not about a merchant is checked once.
      ...(at === 0 && origin !== undefined && { origin }),
      pages: at === 0 ? pages : [],
      settings: at === 0 ? settings : {},
      ...(at === 0 && app && { app }),
    };
  });
  return { merchants, end: async () => end?.() };
}

function exportsOf(file: string, loaded: Record<string, unknown>): DoctorModule {
  const whole = (loaded.default ?? loaded) as object;
  if (isApp(whole)) return { app: whole };
  const named = { ...loaded, ...(typeof whole === 'object' ? whole : {}) } as Record<string, unknown>;
  const known = Object.fromEntries(
    NAMES.filter((name) => name in named).map((name) => [name, named[name]]),
  ) as DoctorModule;
  if (known.app !== undefined && !isApp(known.app)) throw new UsageError(`"app" of ${file} must be a Koa app`);
  if (Object.keys(known).some((name) => name !== 'end')) return known;
  throw new UsageError(`${file} exports none of app, wxpay, oauth, pages and settings: see "koa-wxpay doctor --help"`);
}

const isApp = (value: unknown): value is Koa =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as Koa).middleware) &&
  typeof (value as Koa).callback === 'function';
