/**
 * A simulator of WeChat: OAuth, WeChat Pay API v2 and v3, the bridge, and a phone for any browser.
 *
 * Each folder imports only from the lines below its own:
 *
 *     simulator.ts                              createSimulator …
 *     simulator-type.ts                         … and what it returns
 *     listeners.ts  create-state.ts             what listens, and the state that options describe
 *     seeds.ts  credentials.ts  shop-options.ts  config.ts
 *                                               keys, what a shop needs, the configuration file
 *     options.ts  kept/                         options, and what is kept over a restart
 *     control/  pages/  phone/                  what tests and people use
 *     cashier/  custom/                         the bridge, the payment sheet, routes of users
 *     v2/  v3/  oauth/                          the endpoints of WeChat's hosts
 *     payments/  bills/                         what they do with the ledger
 *     messages/                                 notifications, and fields shared with answers
 *     signing/  state.ts                        how WeChat signs, and everything that is shared
 *     ledger/  deliveries/                      orders, refunds, attempts to notify
 *     accounts/                                 accounts, merchants, people
 *     tls/                                      the authority and the certificates of servers
 *     http/                                     listeners, requests, answers
 *     crypto/  scenarios/                       keys and certificates, faults, settings and rules
 *     clock.ts  feed.ts  storage/               simulated time, what happens, the file that keeps it
 *     random.ts  timers.ts  time-text.ts
 *
 * @module
 */
export type { App, AppKind } from './accounts/app.js';
export type { GivenKeys } from './accounts/given-keys.js';
export type {
  KeptMerchant,
  Merchant,
  MerchantOptions,
  V3Credentials,
} from './accounts/merchant.js';
export type { MerchantKeys, MerchantKeysOptions } from './accounts/merchant-keys.js';
export type { Person, PersonOptions } from './accounts/person.js';
export type {
  CertificateTimes,
  KeptCertificate,
  PlatformCertificate,
  PlatformSigner,
} from './accounts/platform-certificates.js';
export type { Clock } from './clock.js';
export { readSimulatorConfig } from './config.js';
export type { SimulatorCredentials } from './credentials.js';
export type { KeyRing } from './crypto/rsa-keys.js';
export type { RouteAnswer, RouteCall, RouteDefinition, RouteHandler } from './custom/types.js';
export type {
  Delivery,
  NotificationKind,
  NotificationSignature,
} from './deliveries/notification.js';
export { RETRY_DELAYS } from './deliveries/retry-delays.js';
export type { Host } from './http/listen.js';
export type {
  AnswerSignature,
  RecordedAnswer,
  RequestRecord,
  RequestSignature,
} from './http/request-log.js';
export type { RefundState } from './ledger/refunds.js';
export type { OrderView, RefundView } from './ledger/view.js';
export type { TlsHost } from './listeners.js';
export type { SimulatorEvent } from './messages/v3/other-event.js';
export type { LoginRequest } from './oauth/issue-code.js';
export type { SimulatorOptions, TlsOptions } from './options.js';
export type { PayResult } from './payments/pay.js';
export type { PayOptions } from './payments/pay-options.js';
export type { BridgeParams, PayTarget } from './payments/target.js';
export type { Phone, PhoneOptions } from './phone/phone.js';
export type { ApiFault } from './scenarios/api-faults.js';
export type { CashierOutcome, CashierSwitches } from './scenarios/cashier.js';
export type { NextFaults } from './scenarios/next-faults.js';
export type { NotifyFault } from './scenarios/notify-faults.js';
export type { Rules } from './scenarios/rules.js';
export type { Switches } from './scenarios/switches.js';
export type { PlatformMode } from './scenarios/v3.js';
export type { ShopOptions } from './shop-options.js';
export { createSimulator } from './simulator.js';
export type { Simulator } from './simulator-type.js';
export { readTime as readSimulatorTime } from './time-text.js';
