import { checkNames, type Names } from '../core/names.js';
import { createClock } from './clock.js';
import { PostOffice } from './deliveries/post-office.js';
import { Ledger } from './ledger/ledger.js';
import { Refunds } from './ledger/refunds.js';
import { createMerchant } from './merchant.js';
import type { PhoneOptions } from './phone/phone.js';
import { defaultRandom, type Random } from './random.js';
import { Switches } from './switches.js';
import { type App, createPerson, defaultRules, type MerchantOptions, type Rules, type World } from './world.js';

export interface SimulatorOptions {
  /** @default 0, a free port */
  port?: number;
  /** @default 0, a free port */
  backupPort?: number;
  /** Also listens over TLS, and asks there for the client certificate where WeChat does: `{}` on a free port. */
  tls?: { port?: number };
  /** The address to listen on. @default '127.0.0.1' */
  host?: string;
  /** The shop to show on the phone, and where the phone listens. */
  phone?: PhoneOptions;
  /** Over the default account's values. */
  app?: Partial<App>;
  /** Over the default merchant's values. */
  merchant?: Partial<MerchantOptions>;
  /** Accounts and merchants besides the default ones. */
  apps?: readonly App[];
  merchants?: readonly MerchantOptions[];
  /** What WeChat does not document. */
  rules?: Partial<Rules>;
  random?: Random;
}

const NAMES: Names<SimulatorOptions> = {
  port: true,
  backupPort: true,
  tls: true,
  host: true,
  phone: true,
  app: true,
  merchant: true,
  apps: true,
  merchants: true,
  rules: true,
  random: true,
};

const DEFAULT_APP: App = {
  appid: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  scopes: ['snsapi_base', 'snsapi_userinfo'],
};

/** Every start has the same account, merchant and people: a shop's settings and its users' openids stay good. */
const DEFAULT_MERCHANT = { mchid: '1900000109', key: '8934e7d15453e97507ef794cf7b0519d' };

const PEOPLE = [createPerson('xiaoming', '小明'), createPerson('xiaohong', '小红'), createPerson('laowang', '老王')];

/** Accounts, merchants, people and an empty ledger. */
export function createWorld(options: SimulatorOptions): World {
  checkNames('createSimulator', options, NAMES);
  const { app, merchant, apps = [], merchants = [], random = defaultRandom } = options;
  const first: App = { ...DEFAULT_APP, ...app };
  const clock = createClock();
  const switches = new Switches();
  const rules = { ...defaultRules, ...options.rules };
  return {
    clock,
    random,
    apps: new Map([first, ...apps].map((app) => [app.appid, app])),
    merchants: new Map(
      [{ ...DEFAULT_MERCHANT, appids: [first.appid], ...merchant }, ...merchants].map((one) => [
        one.mchid,
        createMerchant(one, clock),
      ]),
    ),
    people: new Map(PEOPLE.map((person) => [person.id, person])),
    ledger: new Ledger({ clock, random, rules }),
    refunds: new Refunds({ clock, random, rules }),
    deliveries: new PostOffice({ clock, switches, rules }),
    switches,
    rules,
    urls: { primary: '', backup: '' },
  };
}
