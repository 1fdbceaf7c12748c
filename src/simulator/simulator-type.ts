import type { App } from './accounts/app.js';
import type { Merchant } from './accounts/merchant.js';
import type { Person } from './accounts/person.js';
import type { Clock } from './clock.js';
import type { SimulatorCredentials } from './credentials.js';
import type { RouteHandler } from './custom/types.js';
import type { Delivery } from './deliveries/notification.js';
import type { Host } from './http/listen.js';
import type { RequestRecord } from './http/request-log.js';
import type { OrderView, RefundView } from './ledger/view.js';
import type { TlsHost } from './listeners.js';
import type { SimulatorEvent } from './messages/v3/other-event.js';
import type { LoginRequest } from './oauth/issue-code.js';
import type { PayResult } from './payments/pay.js';
import type { PayOptions } from './payments/pay-options.js';
import type { PayTarget } from './payments/target.js';
import type { Phone } from './phone/phone.js';
import type { Rules } from './scenarios/rules.js';
import type { Switches } from './scenarios/switches.js';
import type { ShopOptions } from './shop-options.js';

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
  /**
   * What a shop gives to `createWxpay`, `wxOAuth` and `wxJsConfig`.
   *
   * @example
   * const wxpay = createWxpay({ ...sim.options.wxpay, notifyUrl: `${shop}/wxpay/notify` });
   * app.use(wxOAuth(sim.options.oauth));
   */
  readonly options: ShopOptions;
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
  /**
   * Everything that a shop or a script needs: addresses, keys, secrets and openids. In a data folder
   * they are in `credentials.json`, `.env` and `merchants/<mchid>/*.pem` as well.
   */
  credentials(): SimulatorCredentials;
  /** Resolves when no delivery is running. Retries that wait for their time do not count. */
  settled(): Promise<void>;
  /** Stops all listeners and timers. */
  close(): Promise<void>;
}
