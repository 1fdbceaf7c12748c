import type { App } from './accounts/app.js';
import type { Merchant } from './accounts/merchant.js';
import type { Person } from './accounts/person.js';
import type { Clock } from './clock.js';
import { controlRoutes } from './control/routes.js';
import { tlsIdentity } from './crypto/self-signed.js';
import type { Delivery } from './deliveries/notification.js';
import { type Host, listen } from './http/listen.js';
import type { Route } from './http/types.js';
import type { LedgerOrder } from './ledger/order.js';
import { type OrderView, type RefundView, refundViewOf, viewOf } from './ledger/view.js';
import { paymentNotification } from './messages/notifications.js';
import { createOAuth, type OAuth, oauthRoutes } from './oauth/index.js';
import { createState, type SimulatorOptions } from './options.js';
import { personRoutes } from './pages/routes.js';
import { type PayOptions, type PayResult, pay } from './payments/pay.js';
import { refundByHand } from './payments/refund.js';
import type { PayTarget } from './payments/target.js';
import { type Phone, startPhone } from './phone/phone.js';
import type { Rules } from './scenarios/rules.js';
import type { Switches } from './scenarios/switches.js';
import type { SimulatorState } from './state.js';
import { v2Routes } from './v2/index.js';
import { v3Routes } from './v3/index.js';

/** The WeChat hosts over TLS. */
export interface TlsHost extends Host {
  /** The certificate to trust, PEM. */
  readonly ca: string;
}

/** A running simulator. */
export interface Simulator {
  /** The address of open.weixin.qq.com, api.weixin.qq.com and api.mch.weixin.qq.com. */
  readonly url: string;
  /** The address of api2.mch.weixin.qq.com, another listener on the same ledger. */
  readonly backupUrl: string;
  /** The public origin of the shop, and of its login page `/connect/oauth2/authorize`. */
  readonly phoneUrl: string;
  readonly phone: Phone;
  /** The listener of `url`. After `await sim.primary.stop()` it refuses connections. */
  readonly primary: Host;
  /** The listener of `backupUrl`. */
  readonly backup: Host;
  /** The listener for TLS, when the option `tls` is given. */
  readonly tls?: TlsHost;
  /** The default account. */
  readonly app: App;
  /** The default merchant and its credentials. */
  readonly merchant: Merchant;
  readonly people: readonly Person[];
  /** The simulator's time. `clock.now` is the `now` option of the library. */
  readonly clock: Clock;
  /** The scenarios that can be asked for. */
  readonly switches: Switches;
  /** The assumptions about what WeChat does not document. They can be changed at any time. */
  readonly rules: Rules;
  /** Every attempt to deliver a notification, newest last. */
  readonly deliveries: readonly Delivery[];
  /** Every refund, newest last. */
  readonly refunds: readonly RefundView[];
  /**
   * Confirms a payment in the cashier: makes all checks of WeChat, pays and notifies. JSAPI
   * parameters are checked as the bridge checks them, `{ prepay_id }` and `{ out_trade_no }` need
   * no signature.
   */
  pay(target: PayTarget, options?: PayOptions): Promise<PayResult>;
  /** Finds an order by its number. */
  order(out_trade_no: string): OrderView | undefined;
  /**
   * Issues a new platform certificate for the default merchant.
   *
   * @param options.ahead milliseconds until it is in force; default 0
   * @param options.overlap milliseconds that the old ones stay known after that; default a day
   * @returns the new serial
   */
  rotate(options?: { ahead?: number; overlap?: number }): string;
  /**
   * Refunds some fen of a payment in the merchant platform, which is done at once.
   *
   * @throws {TypeError} when there is no such paid order, or less is left of it
   */
  refund(out_trade_no: string, amount: number): void;
  /**
   * Sends the notification of a paid order again. Resolves when the first attempt has ended.
   *
   * @throws {TypeError} when there is no such paid order
   */
  notify(out_trade_no: string): Promise<void>;
  /** Resolves when no delivery is running. Retries that wait for their time do not count. */
  settled(): Promise<void>;
  /** Stops all listeners and timers. */
  close(): Promise<void>;
}

/**
 * Starts a simulator of WeChat. Nothing is kept on disk.
 *
 * @throws {TypeError} for an unknown option or a value of the wrong form
 * @example
 * const sim = await createSimulator({ phone: { shop: 'http://127.0.0.1:3000' } });
 * // …
 * await sim.close();
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const state = createState(options);
  const listeners = await openListeners(state, options);
  const { primary, backup, tls, phone } = listeners.hosts;
  const { clock, switches, rules, deliveries, refunds, ledger } = state;
  const merchant = state.merchants.values().next().value as Merchant;

  const find = (out_trade_no: string): LedgerOrder | undefined =>
    ledger.all().find((order) => order.out_trade_no === out_trade_no);
  const findPaid = (out_trade_no: string): LedgerOrder => {
    const order = find(out_trade_no);
    if (!order?.payment) throw new TypeError(`there is no paid order ${out_trade_no}`);
    return order;
  };

  return {
    url: primary.url,
    backupUrl: backup.url,
    phoneUrl: phone.url,
    phone,
    primary,
    backup,
    ...(tls && { tls }),
    app: state.apps.values().next().value as App,
    merchant,
    people: [...state.people.values()],
    clock,
    switches,
    rules,
    deliveries: deliveries.log,
    get refunds() {
      return refunds.all().map(refundViewOf);
    },
    pay: (target, options) => pay(state, target, options),
    order: (out_trade_no) => {
      const order = find(out_trade_no);
      return order && viewOf(order);
    },
    rotate: (options) => merchant.keys.rotate(options),
    refund: (out_trade_no, amount) => refundByHand(state, findPaid(out_trade_no), amount),
    notify: (out_trade_no) => deliveries.send(paymentNotification(state, findPaid(out_trade_no))),
    settled: () => deliveries.settled(),
    close: async () => {
      clock.stop();
      await listeners.stop();
      await deliveries.settled();
    },
  };
}

/** Opens all listeners. When one of them fails, the others are closed. */
async function openListeners(state: SimulatorState, options: SimulatorOptions) {
  const { host = '127.0.0.1', port = 0, backupPort = 0 } = options;
  const faults = state.switches;
  const oauth = createOAuth(state);
  const routes = routesOf(state, oauth);
  const opened: Host[] = [];
  const opening = async <Listener extends Host>(listener: Promise<Listener>) => {
    opened.push(await listener);
    return listener;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map((listener) => listener.stop()));
  };
  const open = async () => {
    const primary = await opening(listen(routes, { port, host, faults }));
    const backup = await opening(listen(routes, { port: backupPort, host, faults }));
    state.urls = { primary: primary.url, backup: backup.url };
    const tls = options.tls && (await opening(listenTls(routes, state, { host, ...options.tls })));
    const phone = await opening(startPhone(state, oauth, { host, ...options.phone }));
    return { primary, backup, tls, phone };
  };
  try {
    return { hosts: await open(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const routesOf = (state: SimulatorState, oauth: OAuth): Route[] => [
  ...v2Routes(state),
  ...v3Routes(state),
  ...oauthRoutes(state, oauth),
  ...controlRoutes(state),
  ...personRoutes(state),
];

async function listenTls(
  routes: readonly Route[],
  { switches }: SimulatorState,
  options: { port?: number; host: string },
): Promise<TlsHost> {
  // The certificate is dated by the real clock, which the clients that check it use.
  const tls = tlsIdentity(Date.now());
  return { ...(await listen(routes, { ...options, faults: switches, tls })), ca: tls.cert };
}
