import { refuseUnknownNames } from '../util/options.js';
import type { App } from './accounts/app.js';
import type { MerchantOptions } from './accounts/merchant.js';
import type { PersonOptions } from './accounts/person.js';
import type { RouteDefinition } from './custom/types.js';
import type { PhoneOptions } from './phone/phone.js';
import type { Random } from './random.js';
import type { Rules } from './scenarios/rules.js';

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
  /**
   * The people with WeChat on the phone.
   *
   * @default 小明, 小红 and 老王
   */
  people?: readonly PersonOptions[];
  /**
   * Names of this machine by which the interface under `/__sim` may be used, beyond addresses,
   * `localhost` and names without a dot.
   *
   * @default none
   */
  allowedHosts?: readonly string[];
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
  ...(['app', 'apps', 'merchant', 'merchants', 'people', 'allowedHosts'] as const),
  ...(['rules', 'routes', 'random', 'now'] as const),
];

/** @throws {TypeError} for an unknown option, or a value of the wrong form */
export function checkOptions(options: SimulatorOptions): void {
  refuseUnknownNames('createSimulator', options, NAMES);
  const { now } = options;
  if (now !== undefined && typeof now !== 'function') {
    throw new TypeError('"now" must be a function that returns milliseconds, such as Date.now');
  }
}
