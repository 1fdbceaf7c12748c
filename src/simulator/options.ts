import { refuseUnknownNames } from '../util/options.js';
import type { App } from './accounts/app.js';
import type { MerchantOptions } from './accounts/merchant.js';
import type { PersonOptions } from './accounts/person.js';
import type { RouteDefinition } from './custom/types.js';
import type { PhoneOptions } from './phone/phone.js';
import type { Rules } from './scenarios/rules.js';

/** How the simulator listens over TLS. */
export interface TlsOptions {
  /** @default 0, a free port */
  port?: number;
  /**
   * Names of this machine that the certificate is valid for, beyond the hosts of WeChat and
   * `localhost`.
   *
   * @default none
   */
  names?: readonly string[];
}

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
   * Listens over TLS as well, for all hosts of WeChat, and checks client certificates there.
   *
   * @default no TLS
   */
  tls?: TlsOptions;
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
   * The folder that keeps keys, orders, refunds, deliveries and the clock over a restart. It is made
   * when it does not exist. Credentials are written there as well, see `Simulator.credentials`.
   *
   * @default nothing is kept
   */
  data?: string;
  /**
   * Makes everything random from this text: keys, numbers, ids and nonces. The authority of `tls` is
   * random in any case.
   *
   * @default keys are the same at every start, and everything else is random
   */
  seed?: string;
  /**
   * Makes keys that nobody had before. In a data folder they then stay.
   *
   * @default false
   */
  fresh?: boolean;
  /**
   * The simulator's time at the start, in Unix milliseconds.
   *
   * @default the time at which a data folder was left, or the real time
   */
  clock?: number;
  /**
   * The real time, in milliseconds. With a function that returns a constant, only `clock.advance`
   * moves the simulator's time: no test then depends on how long anything takes.
   *
   * @default Date.now
   */
  now?: () => number;
}

const NAMES: readonly (keyof SimulatorOptions)[] = [
  ...(['port', 'backupPort', 'tls', 'host', 'phone', 'allowedHosts'] as const),
  ...(['app', 'apps', 'merchant', 'merchants', 'people'] as const),
  ...(['rules', 'routes', 'data', 'seed', 'fresh', 'clock', 'now'] as const),
];

/** @throws {TypeError} for an unknown option, or a value of the wrong form */
export function checkOptions(options: SimulatorOptions): void {
  refuseUnknownNames('createSimulator', options, NAMES);
  const { now, seed, fresh = false } = options;
  if (now !== undefined && typeof now !== 'function') {
    throw new TypeError('"now" must be a function that returns milliseconds, such as Date.now');
  }
  if (fresh && seed !== undefined) {
    throw new TypeError(
      '"fresh" makes keys that nobody had, and "seed" makes known ones: give one',
    );
  }
}
