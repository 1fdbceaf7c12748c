import type { App } from './accounts/app.js';
import type { Merchant } from './accounts/merchant.js';
import type { Person } from './accounts/person.js';
import { h5Route } from './cashier/link-routes.js';
import type { Clock } from './clock.js';
import { controlRoutes } from './control/index.js';
import { createState } from './create-state.js';
import { tlsIdentity } from './crypto/self-signed.js';
import { customRoute } from './custom/custom-route.js';
import { notSimulatedRoutes } from './custom/not-simulated.js';
import type { RouteHandler } from './custom/types.js';
import type { Delivery } from './deliveries/notification.js';
import { type FaultSource, type Host, listen } from './http/listen.js';
import { isOwnPath } from './http/own-path.js';
import { arrivedRequest, type Recorder, unloggedRecord } from './http/record.js';
import type { RequestRecord } from './http/request-log.js';
import type { Route } from './http/types.js';
import type { LedgerOrder } from './ledger/order.js';
import { type OrderView, type RefundView, refundViewOf, viewOf } from './ledger/view.js';
import { paymentNotification } from './messages/notifications.js';
import { otherEvent, type SimulatorEvent } from './messages/v3/other-event.js';
import { oauthRoutes } from './oauth/index.js';
import { issueCode, type LoginRequest } from './oauth/issue-code.js';
import type { SimulatorOptions } from './options.js';
import { personRoutes } from './pages/routes.js';
import { type PayResult, pay } from './payments/pay.js';
import type { PayOptions } from './payments/pay-options.js';
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
  /** The latest thousand requests to the hosts of WeChat, newest last. */
  readonly requests: readonly RequestRecord[];
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
  /**
   * Sends the notification of another event in API v3, for example of a transfer, encrypted and
   * signed for the default merchant. Resolves when the first attempt has ended.
   *
   * @example
   * await sim.sendEvent({
   *   url: 'http://127.0.0.1:3000/wxpay/notify',
   *   event_type: 'MCHTRANSFER.BILL.FINISHED',
   *   original_type: 'mch_payment',
   *   resource: { out_bill_no: 'T1', transfer_bill_no: '1330000071100999991182020050700019480001' },
   * });
   */
  sendEvent(event: SimulatorEvent): Promise<void>;
  /**
   * Issues the code of a login without a page: of the OAuth of an official account, or of
   * `wx.login()` in a mini program.
   *
   * @throws {TypeError} when there is no such account or person
   */
  code(login?: LoginRequest): string;
  /**
   * Answers a path that the simulator does not have, or replaces one it has. Requests are verified
   * before the handler sees them, and its answers are signed: `/v3/…` as in API v3, `/cgi-bin/…` and
   * `/wxa/…` as on api.weixin.qq.com, any other path as in API v2.
   *
   * @param path may have placeholders, for example `/v3/profitsharing/orders/{out_order_no}`
   * @param handler the answer, or a function that makes it
   * @throws {TypeError} for a method or a path of the wrong form
   * @example
   * sim.route('POST', '/v3/profitsharing/orders/unfreeze', ({ body }) => ({
   *   body: { out_order_no: body.out_order_no, order_id: '3008450740201411110007820472', state: 'FINISHED' },
   * }));
   */
  route(method: string, path: string, handler: RouteHandler): void;
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

  const find = (out_trade_no: string): LedgerOrder | undefined => ledger.findAny(out_trade_no);
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
    deliveries: deliveries.log.records,
    requests: state.requests.records,
    get refunds() {
      return refunds.all().map(refundViewOf);
    },
    pay: (target, options) => pay(state, target, options),
    order: (out_trade_no) => {
      const order = find(out_trade_no);
      return order && viewOf(order);
    },
    rotate: (options) => merchant.keys.rotate(options),
    refund: (out_trade_no, amount) => void refundByHand(state, findPaid(out_trade_no), amount),
    notify: (out_trade_no) => deliveries.send(paymentNotification(state, findPaid(out_trade_no))),
    sendEvent: (event) => deliveries.send(otherEvent(state, merchant, event)),
    code: (login) => issueCode(state, login),
    route: (method, path, handler) =>
      void listeners.routes.unshift(customRoute(state, method, path, handler)),
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
  const recorder = recorderOf(state);
  const routes = routesOf(state, options);
  const opened: Host[] = [];
  const opening = async <Listener extends Host>(listener: Promise<Listener>) => {
    opened.push(await listener);
    return listener;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map((listener) => listener.stop()));
  };
  const open = async () => {
    const primary = await opening(
      listen(routes, { role: 'primary', port, host, faults, recorder }),
    );
    const backup = await opening(
      listen(routes, { role: 'backup', port: backupPort, host, faults, recorder }),
    );
    state.urls = { primary: primary.url, backup: backup.url };
    const tls =
      options.tls && (await opening(listenTls(routes, { host, faults, recorder, ...options.tls })));
    if (tls) state.urls.tls = tls.url;
    const phone = await opening(startPhone(state, { host, ...options.phone }));
    state.phone = phone;
    return { primary, backup, tls, phone };
  };
  try {
    return { hosts: await open(), routes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const routesOf = (state: SimulatorState, { routes = [] }: SimulatorOptions): Route[] => [
  ...routes.map(({ method, path, handler }) => customRoute(state, method, path, handler)),
  ...v2Routes(state),
  ...v3Routes(state),
  ...oauthRoutes(state),
  h5Route(state),
  ...controlRoutes(state),
  ...personRoutes(state),
  ...notSimulatedRoutes(state),
];

async function listenTls(
  routes: readonly Route[],
  options: { port?: number; host: string; faults: FaultSource; recorder: Recorder },
): Promise<TlsHost> {
  // The certificate is dated by the real clock, which the clients that check it use.
  const tls = tlsIdentity(Date.now());
  return { ...(await listen(routes, { ...options, tls })), ca: tls.cert };
}

/** Logs requests to WeChat, and not those to the simulator's own page and interface. */
function recorderOf({ clock, requests }: SimulatorState): Recorder {
  return {
    start: (req) =>
      isOwnPath(req.path) ? unloggedRecord(req) : requests.add(clock, arrivedRequest(req)),
    end: (record) => {
      if (record.id !== '') requests.done(record);
    },
  };
}
