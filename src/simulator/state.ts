import type { App } from './accounts/app.js';
import type { Codes } from './accounts/codes.js';
import type { GlobalTokens } from './accounts/global-tokens.js';
import type { Merchant } from './accounts/merchant.js';
import type { People } from './accounts/people.js';
import type { Clock } from './clock.js';
import type { NotificationSender } from './deliveries/notification-sender.js';
import type { Feed } from './feed.js';
import type { RequestLog } from './http/request-log.js';
import type { Ledger } from './ledger/ledger.js';
import type { Refunds } from './ledger/refunds.js';
import type { Random } from './random.js';
import type { Rules } from './scenarios/rules.js';
import type { SwitchBoard } from './scenarios/switches.js';
import type { Storage } from './storage/storage.js';

/** Everything that the parts of one simulator share. */
export interface SimulatorState {
  clock: Clock;
  random: Random;
  apps: Map<string, App>;
  merchants: Map<string, Merchant>;
  people: People;
  /** The codes and tokens of people who logged in. */
  codes: Codes;
  /** The global access tokens of the accounts. */
  tokens: GlobalTokens;
  ledger: Ledger;
  refunds: Refunds;
  deliveries: NotificationSender;
  /** The requests to the hosts of WeChat. */
  requests: RequestLog;
  switches: SwitchBoard;
  rules: Rules;
  /** What happens, for those who watch it. */
  feed: Feed;
  /** What keeps the state over a restart. */
  storage: Storage;
  /** The addresses of the listeners, filled in once they listen. */
  urls: { primary: string; backup: string; phone?: string; tls?: string };
  /** The phone, once it listens. */
  phone?: { shop: string | null };
  /** Whether the phone is reached under every address of this machine. */
  phoneEverywhere?: boolean;
  /** The names of this machine by which the interface may be used. */
  allowedHosts: readonly string[];
  /**
   * Goes back to a good day: turns every scenario off and sets the clock to the real time.
   *
   * @param options.data forgets orders, refunds, deliveries and requests as well
   */
  reset(options?: { data?: boolean }): Promise<void>;
}
