import type { App } from './accounts/app.js';
import type { Merchant } from './accounts/merchant.js';
import { createState } from './create-state.js';
import { credentialsOf, writeCredentials } from './credentials.js';
import { customRoute } from './custom/custom-route.js';
import type { LedgerOrder } from './ledger/order.js';
import { refundViewOf, viewOf } from './ledger/view.js';
import { openListeners } from './listeners.js';
import { paymentNotification } from './messages/notifications.js';
import { otherEvent } from './messages/v3/other-event.js';
import { issueCode } from './oauth/issue-code.js';
import type { SimulatorOptions } from './options.js';
import { pay } from './payments/pay.js';
import { refundByHand } from './payments/refund.js';
import { shopOptions } from './shop-options.js';
import type { Simulator } from './simulator-type.js';

/**
 * Starts a simulator of WeChat. Nothing is kept on disk without the option `data`.
 *
 * @throws {TypeError} for an unknown option, a value of the wrong form, or a data folder that cannot
 * be used
 * @example
 * const sim = await createSimulator({ phone: { shop: 'http://127.0.0.1:3000' } });
 * // …
 * await sim.close();
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const state = await createState(options);
  const listeners = await openListeners(state, options).catch((error: unknown) => {
    state.clock.stop();
    state.storage.close();
    throw error;
  });
  const { primary, backup, tls, phone } = listeners;
  const { folder } = state.storage;
  if (folder !== undefined) writeCredentials(folder, credentialsOf(state));
  const { clock, switches, rules, deliveries, refunds, ledger } = state;
  const merchant = state.merchants.values().next().value as Merchant;

  const find = (out_trade_no: string): LedgerOrder | undefined => ledger.findAny(out_trade_no);
  const findPaid = (out_trade_no: string): LedgerOrder => {
    const order = find(out_trade_no);
    if (!order?.payment) throw new TypeError(`there is no paid order ${out_trade_no}`);
    return order;
  };

  const app = state.apps.values().next().value as App;

  return {
    url: primary.url,
    backupUrl: backup.url,
    phoneUrl: phone.url,
    phone,
    primary,
    backup,
    ...(tls && { tls }),
    app,
    merchant,
    options: shopOptions(state, app, merchant),
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
    credentials: () => credentialsOf(state),
    settled: () => deliveries.settled(),
    close: async () => {
      clock.stop();
      await listeners.stop();
      await deliveries.settled();
      state.storage.close();
    },
  };
}
