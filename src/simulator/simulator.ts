import { apiRoutes } from './api/index.js';
import type { Clock } from './clock.js';
import { createWorld, type SimulatorOptions } from './create-world.js';
import type { Delivery } from './deliveries/post-office.js';
import { type Host, listen, type Route } from './http.js';
import type { PayTarget } from './ledger/examine.js';
import { type PayOptions, type PayResult, pay } from './ledger/pay.js';
import { refundByHand } from './ledger/refund.js';
import { type OrderView, type RefundView, refundViewOf, viewOf } from './ledger/view.js';
import { paymentMessage } from './notifications.js';
import { createOAuth, oauthRoutes } from './oauth/routes.js';
import { personRoutes } from './pages/routes.js';
import { type Phone, startPhone } from './phone/phone.js';
import type { Switches } from './switches.js';
import { v2Routes } from './v2/index.js';
import { v3Routes } from './v3/index.js';
import { tlsIdentity } from './v3/keys.js';
import type { App, Merchant, Person, World } from './world.js';

/** The WeChat hosts over TLS. */
export interface TlsHost extends Host {
  /** PEM: the one certificate to trust. */
  readonly ca: string;
}

export interface Simulator {
  /** Plays open.weixin.qq.com, api.weixin.qq.com and api.mch.weixin.qq.com. */
  readonly url: string;
  /** Plays api2.mch.weixin.qq.com: another listener on the same ledger. */
  readonly backupUrl: string;
  /** A WeChat for any browser: the shop's public origin, and its `/connect/oauth2/authorize`. */
  readonly phoneUrl: string;
  readonly phone: Phone;
  /** The listener behind `url`: `await sim.primary.stop()` refuses connections from then on. */
  readonly primary: Host;
  readonly backup: Host;
  /** The third listener, where `tls` was asked for. */
  readonly tls?: TlsHost;
  /** The default account. */
  readonly app: App;
  /** The default merchant and its credentials. */
  readonly merchant: Merchant;
  readonly people: readonly Person[];
  /** `clock.now` is what the library's `now` option takes. */
  readonly clock: Clock;
  readonly switches: Switches;
  /** Every attempt to deliver a notification, newest last. */
  readonly deliveries: readonly Delivery[];
  readonly world: World;
  /**
   * What the cashier does when somebody confirms: all of WeChat's checks, then the payment and its notification. JSAPI
   * parameters are checked as the bridge checks them; `{ prepay_id }` and `{ out_trade_no }` skip the signature.
   */
  pay(target: PayTarget, options?: PayOptions): Promise<PayResult>;
  order(out_trade_no: string): OrderView | undefined;
  /** Every refund, newest last. */
  readonly refunds: readonly RefundView[];
  /**
   * A new platform certificate for the default merchant, in force after `ahead` seconds (0); the old ones are known for `overlap`
   * seconds more (a day). Returns the new serial.
   */
  rotate(options?: { ahead?: number; overlap?: number }): string;
  /** Gives part or all of a payment back by hand, as in the merchant platform: done at once. */
  refund(out_trade_no: string, fen: number): void;
  /** Sends the notification of a paid order once more, at once; resolves when that attempt is over. */
  notify(out_trade_no: string): Promise<void>;
  /** Resolves when no delivery is on its way. Retries that wait for their time do not count. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a WeChat of one's own; `await close()` ends it. Nothing is kept on disk. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const oauth = createOAuth(world);
  const routes: Route[] = [
    ...v2Routes(world),
    ...v3Routes(world),
    ...oauthRoutes(world, oauth),
    ...apiRoutes(world),
    ...personRoutes(world),
  ];
  const { host = '127.0.0.1', port = 0, backupPort = 0 } = options;
  const opened: Host[] = [];
  const opening = async <Listener extends Host>(listener: Promise<Listener>): Promise<Listener> => {
    opened.push(await listener);
    return listener;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map((listener) => listener.stop()));
  };
  const begin = async () => {
    const { switches } = world;
    const primary = await opening(listen(routes, { port, host, switches }));
    const backup = await opening(listen(routes, { port: backupPort, host, switches }));
    world.urls = { primary: primary.url, backup: backup.url };
    const tls = options.tls ? await opening(listenTls(routes, { host, switches, ...options.tls })) : undefined;
    return { primary, tls, backup, phone: await opening(startPhone(world, oauth, { host, ...options.phone })) };
  };
  const { primary, tls, backup, phone } = await begin().catch(async (error: unknown) => {
    // a port that is taken must not leave the others listening
    await stop();
    throw error;
  });

  const paid = (out_trade_no: string) => {
    const order = world.ledger.all().find((order) => order.out_trade_no === out_trade_no);
    if (!order?.payment) throw new TypeError(`there is no paid order ${out_trade_no}`);
    return order;
  };

  const merchant = world.merchants.values().next().value as Merchant;

  return {
    url: primary.url,
    backupUrl: backup.url,
    phoneUrl: phone.url,
    phone,
    primary,
    backup,
    ...(tls && { tls }),
    app: world.apps.values().next().value as App,
    merchant,
    people: [...world.people.values()],
    clock: world.clock,
    switches: world.switches,
    deliveries: world.deliveries.log,
    world,
    pay: (target, options) => pay(world, target, options),
    order: (out_trade_no) => {
      const order = world.ledger.all().find((order) => order.out_trade_no === out_trade_no);
      return order && viewOf(order);
    },
    rotate: (options) => merchant.keys.rotate(options),
    get refunds() {
      return world.refunds.all().map(refundViewOf);
    },
    refund: (out_trade_no, fen) => refundByHand(world, paid(out_trade_no), fen),
    notify: (out_trade_no) => world.deliveries.post(paymentMessage(world, paid(out_trade_no))),
    settled: () => world.deliveries.settled(),
    close: async () => {
      world.clock.stop();
      await stop();
      await world.deliveries.settled();
    },
  };
}

async function listenTls(
  routes: readonly Route[],
  options: { port?: number; host: string; switches: Switches },
): Promise<TlsHost> {
  // certificates are dated by the real clock: so are those who check them
  const tls = tlsIdentity(Math.floor(Date.now() / 1000));
  return { ...(await listen(routes, { ...options, tls })), ca: tls.cert };
}
