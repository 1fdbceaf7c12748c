import { refuseUnknownNames } from '../util/options.js';
import type { App } from './accounts/app.js';
import { Codes } from './accounts/codes.js';
import { GlobalTokens } from './accounts/global-tokens.js';
import { createMerchant, type MerchantOptions } from './accounts/merchant.js';
import { createPerson } from './accounts/person.js';
import { createClock } from './clock.js';
import type { RouteDefinition } from './custom/types.js';
import { NotificationSender } from './deliveries/notification-sender.js';
import { RequestLog } from './http/request-log.js';
import { Ledger } from './ledger/ledger.js';
import { Refunds } from './ledger/refunds.js';
import type { PhoneOptions } from './phone/phone.js';
import { defaultRandom, type Random } from './random.js';
import { RULES, type Rules } from './scenarios/rules.js';
import { createSwitches } from './scenarios/switches.js';
import { createValues } from './scenarios/values.js';
import type { SimulatorState } from './state.js';

/** What `createSimulator` takes. Without options it has one account and one merchant. */
export interface SimulatorOptions {
  /**
   * The port of the WeChat hosts.
   *
   * @default 0, a free port
   */
  port?: number;
  /**
   * The port of the backup host.
   *
   * @default 0, a free port
   */
  backupPort?: number;
  /**
   * Listens over TLS as well, and checks client certificates there: `{}` takes a free port.
   *
   * @default no TLS
   */
  tls?: { port?: number };
  /**
   * The address to listen on.
   *
   * @default '127.0.0.1'
   */
  host?: string;
  /** The shop that the phone shows, and where the phone listens. */
  phone?: PhoneOptions;
  /** Replaces values of the default account. */
  app?: Partial<App>;
  /** Replaces values of the default merchant. */
  merchant?: Partial<MerchantOptions>;
  /** More accounts. */
  apps?: readonly App[];
  /** More merchants. */
  merchants?: readonly MerchantOptions[];
  /** Answers for APIs that the simulator does not have, see `Simulator.route`. */
  routes?: readonly RouteDefinition[];
  /** Replaces assumptions about what WeChat does not document. */
  rules?: Partial<Rules>;
  /**
   * The source of randomness.
   *
   * @default node:crypto
   */
  random?: Random;
  /**
   * The real time, in milliseconds. With a function that returns a constant, only `clock.advance`
   * moves the simulator's time: no test then depends on how long anything takes.
   *
   * @default Date.now
   */
  now?: () => number;
}

const NAMES: readonly (keyof SimulatorOptions)[] = [
  ...(['port', 'backupPort', 'tls', 'host', 'phone'] as const),
  ...(['app', 'apps', 'merchant', 'merchants', 'rules', 'routes', 'random', 'now'] as const),
];

/** The same at every start, so that the settings of a shop and the openids of its users stay valid. */
const DEFAULT_APP: App = {
  appid: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  scopes: ['snsapi_base', 'snsapi_userinfo'],
};

const DEFAULT_MERCHANT = { mchid: '1900000109', key: '8934e7d15453e97507ef794cf7b0519d' };

const PEOPLE = [
  createPerson('xiaoming', '小明'),
  createPerson('xiaohong', '小红'),
  createPerson('laowang', '老王'),
];

/**
 * Creates the accounts, the merchants, the people and an empty ledger.
 *
 * @throws {TypeError} for an unknown option or rule, or a value of the wrong form
 */
export function createState(options: SimulatorOptions): SimulatorState {
  refuseUnknownNames('createSimulator', options, NAMES);
  const { random = defaultRandom, now } = options;
  if (now !== undefined && typeof now !== 'function') {
    throw new TypeError('"now" must be a function that returns milliseconds, such as Date.now');
  }
  const app: App = { ...DEFAULT_APP, ...options.app };
  const apps = [app, ...(options.apps ?? [])];
  const merchant = { ...DEFAULT_MERCHANT, appids: [app.appid], ...options.merchant };
  const merchants = [merchant, ...(options.merchants ?? [])];
  const clock = createClock(now);
  const switches = createSwitches();
  const rules = Object.assign(createValues('rules', RULES), options.rules);
  return {
    clock,
    random,
    apps: new Map(apps.map((app) => [app.appid, app])),
    merchants: new Map(merchants.map((each) => [each.mchid, createMerchant(each, clock)])),
    people: new Map(PEOPLE.map((person) => [person.id, person])),
    codes: new Codes({ clock, random }),
    tokens: new GlobalTokens({ clock, random }),
    ledger: new Ledger({ clock, random, rules }),
    refunds: new Refunds({ clock, random, rules }),
    deliveries: new NotificationSender({ clock, switches, rules }),
    requests: new RequestLog(),
    switches,
    rules,
    urls: { primary: '', backup: '' },
  };
}
