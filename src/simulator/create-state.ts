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
import { Ledger } from './ledger/ledger.js';
import { Refunds } from './ledger/refunds.js';
import { composerOf } from './messages/composer.js';
import { checkOptions, type SimulatorOptions } from './options.js';
import { defaultRandom } from './random.js';
import { RULES } from './scenarios/rules.js';
import { createSwitches } from './scenarios/switches.js';
import { createValues } from './scenarios/values.js';
import { shopTime } from './signing/shop-time.js';
import type { SimulatorState } from './state.js';

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
 * Creates the accounts, the merchants, the people and an empty ledger.
 *
 * @throws {TypeError} for an unknown option or rule, or a value of the wrong form
 */
export function createState(options: SimulatorOptions): SimulatorState {
  checkOptions(options);
  const { random = defaultRandom, now, people = DEFAULT_PEOPLE, allowedHosts = [] } = options;
  const app: App = { ...DEFAULT_APP, ...options.app };
  const apps = [app, ...(options.apps ?? [])];
  const merchant = { ...DEFAULT_MERCHANT, appids: [app.appid], ...options.merchant };
  const merchants = [merchant, ...(options.merchants ?? [])];
  const feed = new Feed();
  const clock = createClock({ real: now, onMove: () => feed.publish('clock', clockView(state)) });
  const switches = createSwitches(() => feed.publish('scenarios', {}));
  const rules = Object.assign(createValues('rules', RULES), options.rules);
  const shared = { clock, random, rules };
  const shopNow = (): number => shopTime({ clock, rules });
  const state: SimulatorState = {
    clock,
    random,
    apps: new Map(apps.map((app) => [app.appid, app])),
    merchants: new Map(
      merchants.map((of) => [of.mchid, createMerchant(of, { clock, shopNow, switches })]),
    ),
    people: new People((person) => feed.publish('person', personView(state, person))),
    codes: new Codes({ now: shopNow, random }),
    tokens: new GlobalTokens({ now: shopNow, random }),
    ledger: new Ledger({
      ...shared,
      onChange: (order) => feed.publish('order', orderView(state, order)),
    }),
    refunds: new Refunds({
      ...shared,
      onChange: (refund) => feed.publish('refund', refundView(refund)),
    }),
    deliveries: new NotificationSender({
      clock,
      switches,
      rules,
      composer: {
        compose: (notification, fault) => composerOf(state).compose(notification, fault),
        acknowledges: (...reply) => composerOf(state).acknowledges(...reply),
      },
      onChange: (delivery) => feed.publish('delivery', deliverySummaryView(delivery)),
    }),
    requests: new RequestLog((record) => feed.publish('request', requestSummaryView(record))),
    switches,
    rules,
    feed,
    urls: { primary: '', backup: '' },
    allowedHosts,
    reset: (options) => reset(state, options),
  };
  for (const person of people) state.people.add(person);
  return state;
}

async function reset(state: SimulatorState, { data = false } = {}): Promise<void> {
  const { switches, clock, ledger, refunds, deliveries, requests, feed } = state;
  switches.clear();
  if (data) {
    clock.stop();
    for (const each of [ledger, refunds, deliveries.log, requests]) each.clear();
  }
  await clock.reset();
  feed.publish('reset', { data });
}
