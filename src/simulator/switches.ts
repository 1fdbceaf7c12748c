import { type BillSwitches, defaultBillSwitches } from './bills/switches.js';
import { type CashierSwitches, defaultCashierSwitches } from './cashier/switches.js';
import { nextFaults } from './fault-shapes.js';
import { defaultRefundSwitches, type RefundSwitches } from './ledger/refund-switches.js';
import { defaultOAuthSwitches, type OAuthSwitches } from './oauth/switches.js';
import type { SignatureFault } from './v3/signature.js';
import { defaultV3Switches, type V3Switches } from './v3/switches.js';

/** What may go wrong with an answer of the API; times in real milliseconds. Several may be combined. */
export interface ApiFault extends SignatureFault {
  /** The answer begins this late. */
  latency?: number;
  /** The connection is reset and nothing was processed. */
  resetBefore?: boolean;
  /** The request was processed and its answer is lost: the important one. */
  resetAfter?: boolean;
  /** Too many requests: 429, in v2 `FREQUENCY_LIMITED`; nothing was processed. */
  tooMany?: boolean;
  /** `SYSTEMERROR`, in v3 500 `SYSTEM_ERROR`; `true` without processing the request, `'processed'` after it. */
  systemError?: boolean | 'processed';
  /** The answer's signature does not fit. */
  badSignature?: boolean;
  /** 502 with a page of HTML, nothing processed. */
  badGateway?: boolean;
  /** The answer stops in the middle of its body, and the connection ends. */
  truncated?: boolean;
  /** Every byte of the body takes this long. */
  slowBody?: number;
}

/**
 * What may be wrong with a notification. Each concerns single attempts: set once, the retry after it is clean. In API v3 a "field"
 * is one of the sealed resource, and what is "signed" is sealed as well.
 */
export interface NotifyFault extends SignatureFault {
  /** So many copies at the same instant. */
  duplicate?: number;
  /** Comes so many seconds later (on the simulator's clock). */
  delay?: number;
  /** This attempt never arrives; the timetable goes on. */
  lost?: boolean;
  /** Properly signed, with this amount in fen. */
  wrongAmount?: number;
  /** Properly signed, with this appid. */
  wrongAppid?: string;
  /** Properly signed, with this merchant number. */
  wrongMchid?: string;
  /** The amount (v2) or the ciphertext (v3) was altered after signing. */
  tampered?: boolean;
  /** Signed with another key. */
  wrongSignature?: boolean;
  /** Without `sign`. */
  missingSign?: boolean;
  /** `return_code=FAIL`; in v3 a `FAIL` in place of the message. */
  returnFail?: boolean;
  /** `result_code=FAIL`, properly signed; in v3 `trade_state: PAYERROR`. */
  resultFail?: boolean;
  /** A document with a DOCTYPE and an external entity. */
  xxe?: boolean;
  /** An element that comes twice, with two values. */
  duplicateElements?: boolean;
  /** Bytes that are no UTF-8. */
  notUtf8?: boolean;
  /** Properly signed, with padding up to so many bytes. */
  huge?: number;
  /** The body compressed, with `Content-Encoding: gzip`. */
  gzip?: boolean;
  /** Without `Content-Length`. */
  chunked?: boolean;
  /** v3: sealed with another APIv3 key. */
  wrongApiV3Key?: boolean;
  /** A scanner's probe instead of a POST: no body. */
  method?: 'HEAD' | 'GET';
}

/** When the notification starts, seen from the page's callback; `never` means it is lost for good. */
export type NotificationOrder = 'before' | 'after' | 'never';

/** Faults that apply once, in the order they were given. */
export interface NextFaults {
  notify?: NotifyFault;
  /** By path, or `'*'` for whatever comes next. */
  api?: Record<string, ApiFault>;
}

/**
 * The scenarios of the simulator. What is assigned here holds until it is set to something else or `clear()` is called;
 * `next(…)` applies to one call or one delivery attempt only and goes first.
 *
 * @example sim.switches.notify = { duplicate: 64 };
 * @example sim.switches.api['/pay/unifiedorder'] = { latency: 300 };
 * @example sim.switches.next({ api: { '/pay/unifiedorder': { resetAfter: true } } });
 */
export class Switches {
  /** @default 'after' */
  notification: NotificationOrder = 'after';
  /** So many seconds after `ok` a query still says NOTPAY, and the notification waits as long. @default 0 */
  lag = 0;
  notify: NotifyFault | undefined = undefined;
  /** By path (`/pay/orderquery`, `/sns/oauth2/access_token`, …); `'*'` for all. */
  api: Record<string, ApiFault | undefined> = {};
  /** What may happen to somebody on the way to an openid. */
  oauth: OAuthSwitches = defaultOAuthSwitches();
  /** What may happen between a page and the cashier. */
  cashier: CashierSwitches = defaultCashierSwitches();
  /** How refunds go. */
  refund: RefundSwitches = defaultRefundSwitches();
  /** What may be the matter with bills. */
  bill: BillSwitches = defaultBillSwitches();
  /** What API v3 leaves open. */
  v3: V3Switches = defaultV3Switches();
  readonly #nextNotify: NotifyFault[] = [];
  readonly #nextApi: { path: string; fault: ApiFault }[] = [];

  /**
   * For the next delivery attempt, or the next call of a path. Calls add up.
   *
   * @throws TypeError for a fault there is not
   */
  next(faults: NextFaults): void {
    const { notify, api = {} } = checked(faults);
    if (notify) this.#nextNotify.push(notify);
    for (const [path, fault] of Object.entries(api)) this.#nextApi.push({ path, fault });
  }

  /** Back to a WeChat on a good day. */
  clear(): void {
    this.notification = 'after';
    this.lag = 0;
    this.notify = undefined;
    this.api = {};
    this.oauth = defaultOAuthSwitches();
    this.cashier = defaultCashierSwitches();
    this.refund = defaultRefundSwitches();
    this.bill = defaultBillSwitches();
    this.v3 = defaultV3Switches();
    this.#nextNotify.length = 0;
    this.#nextApi.length = 0;
  }

  takeNotify(): NotifyFault {
    return this.#nextNotify.shift() ?? this.notify ?? {};
  }

  takeApi(path: string, name = path): ApiFault | undefined {
    const at = this.#nextApi.findIndex((next) => next.path === path || next.path === name || next.path === '*');
    if (at >= 0) return this.#nextApi.splice(at, 1)[0]?.fault;
    if (path.startsWith('/__sim/')) return undefined;
    return this.api[path] ?? this.api[name] ?? this.api['*'];
  }
}

function checked(faults: NextFaults): NextFaults {
  const read = nextFaults.safeParse(faults);
  if (read.success) return faults;
  const [issue] = read.error.issues;
  throw new TypeError(`switches.next: ${[...(issue?.path ?? []), issue?.message].join(': ')}`);
}
