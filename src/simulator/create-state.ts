import type { App } from './accounts/app.js';
import { Codes } from './accounts/codes.js';
import { GlobalTokens } from './accounts/global-tokens.js';
import { createMerchant } from './accounts/merchant.js';
import { People } from './accounts/people.js';
import type { PersonOptions } from './accounts/person.js';
import { createClock } from './clock.js';
import { clockView } from './control/clock.js';
import { personView } from './control/parties.js';
import { deliverySummaryView } from './control/views/delivery.js';
import { orderView, refundView } from './control/views/order.js';
import { requestSummaryView } from './control/views/request.js';
import { NotificationSender } from './deliveries/notification-sender.js';
import { Feed } from './feed.js';
import { RequestLog } from './http/request-log.js';
import { type Keeper, keeperOf } from './kept/keeper.js';
import { ONLY } from './kept/kinds.js';
import { restore } from './kept/restore.js';
import { Ledger } from './ledger/ledger.js';
import { Refunds } from './ledger/refunds.js';
import { composerOf } from './messages/composer.js';
import { checkOptions, type SimulatorOptions } from './options.js';
import { RULES } from './scenarios/rules.js';
import { createSwitches } from './scenarios/switches.js';
import { createValues } from './scenarios/values.js';
import { seedsOf } from './seeds.js';
import { shopTime } from './signing/shop-time.js';
import type { SimulatorState } from './state.js';
import { noStorage, openStorage, type Storage } from './storage/storage.js';

/** The same at every start, so that the settings of a shop and the openids of its users stay valid. */
const DEFAULT_APP: App = {
  appid: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  scopes: ['snsapi_base', 'snsapi_userinfo'],
};

const DEFAULT_MERCHANT = { mchid: '1900000109', key: '8934e7d15453e97507ef794cf7b0519d' };

const DEFAULT_PEOPLE: readonly PersonOptions[] = [
  { id: 'xiaoming', name: '小明' },
  { id: 'xiaohong', name: '小红' },
  { id: 'laowang', name: '老王' },
];

/**
 * Creates the accounts, the merchants, the people and the ledger, with what an earlier run kept.
 *
 * @throws {TypeError} for an unknown option or rule, a value of the wrong form, or a data folder
 * that cannot be used
 */
export async function createState(options: SimulatorOptions): Promise<SimulatorState> {
  checkOptions(options);
  const storage = options.data === undefined ? noStorage : await openStorage(options.data);
  try {
    const keeper = keeperOf(storage);
    const state = buildState(options, storage, keeper);
    restore(state, keeper);
    return state;
  } catch (error) {
    storage.close();
    throw error;
  }
}

function buildState(options: SimulatorOptions, storage: Storage, keeper: Keeper): SimulatorState {
  const { people = DEFAULT_PEOPLE, allowedHosts = [] } = options;
  const app: App = { ...DEFAULT_APP, ...options.app };
  const apps = [app, ...(options.apps ?? [])];
  const merchant = { ...DEFAULT_MERCHANT, appids: [app.appid], ...options.merchant };
  const merchants = [merchant, ...(options.merchants ?? [])];
  const { ring, random } = seedsOf(options, keeper);
  const feed = new Feed();
  const clock = createClock({
    real: options.now,
    offset: offsetOf(options, keeper),
    onMove: () => {
      feed.publish('clock', clockView(state));
      keepClock();
    },
  });
  const keepClock = (): void =>
    keeper.keep('clock', ONLY, () => ({ offset: clock.now() - clock.real() }));
  const switches = createSwitches(() => feed.publish('scenarios', {}));
  const rules = Object.assign(createValues('rules', RULES), options.rules);
  const shopNow = (): number => shopTime({ clock, rules });
  const around = {
    ...{ ring, clock, shopNow, switches },
    onChange: (mchid: string) =>
      keeper.keep('merchant', mchid, () => state.merchants.get(mchid)?.kept()),
  };
  const state: SimulatorState = {
    clock,
    random,
    apps: new Map(apps.map((app) => [app.appid, app])),
    merchants: new Map(merchants.map((of) => [of.mchid, createMerchant(of, around)])),
    people: new People((person) => {
      feed.publish('person', personView(state, person));
      keeper.keep('person', person.id, () => state.people.kept(person));
    }),
    codes: new Codes({
      now: shopNow,
      random,
      onChange: (text, issued) =>
        keeper.keep('issued', text, () => ({ ...issued, person: issued.person.id })),
    }),
    tokens: new GlobalTokens({
      now: shopNow,
      random,
      onChange: (appid) => keeper.keep('account', appid, () => state.tokens.kept(appid)),
    }),
    ledger: new Ledger({
      ...{ clock, random, rules },
      onChange: (order) => {
        feed.publish('order', orderView(state, order));
        keeper.keep('order', order.id, () => order);
      },
    }),
    refunds: new Refunds({
      ...{ clock, random, rules },
      onChange: (refund) => {
        feed.publish('refund', refundView(refund));
        keeper.keep('refund', refund.refund_id, () => ({ ...refund, order: refund.order.id }));
      },
    }),
    deliveries: new NotificationSender({
      ...{ clock, switches, rules },
      composer: {
        compose: (notification, fault) => composerOf(state).compose(notification, fault),
        acknowledges: (...reply) => composerOf(state).acknowledges(...reply),
      },
      onAttempt: (delivery) => {
        feed.publish('delivery', deliverySummaryView(delivery));
        keeper.keep('delivery', delivery.id, () => delivery);
      },
      onNext: (notification, next) => {
        const value = { notification, ...(next && { next }) };
        keeper.keep('notification', notification.id, () => value);
      },
      onDrop: (delivery) => {
        keeper.drop('delivery', delivery.id);
      },
    }),
    requests: new RequestLog((record) => feed.publish('request', requestSummaryView(record))),
    switches,
    rules,
    feed,
    storage,
    urls: { primary: '', backup: '' },
    allowedHosts,
    reset: (options) => reset(state, keeper, options),
  };
  for (const person of people) state.people.add(person);
  if (options.clock !== undefined) keepClock();
  return state;
}

/** How far the clock is ahead at the start, in milliseconds. */
function offsetOf({ clock, now = Date.now }: SimulatorOptions, { kept }: Keeper): number {
  return clock === undefined ? (kept('clock')[0]?.value.offset ?? 0) : clock - now();
}

async function reset(
  state: SimulatorState,
  { drop }: Keeper,
  { data = false } = {},
): Promise<void> {
  const { switches, clock, ledger, refunds, deliveries, requests, feed } = state;
  switches.clear();
  if (data) {
    clock.stop();
    for (const { id } of ledger.all()) drop('order', id);
    for (const { refund_id } of refunds.all()) drop('refund', refund_id);
    for (const { id } of deliveries.log.records) drop('delivery', id);
    for (const id of deliveries.log.notificationIds()) drop('notification', id);
    for (const each of [ledger, refunds, deliveries.log, requests]) each.clear();
  }
  await clock.reset();
  feed.publish('reset', { data });
}
