import { oneMerchant } from '../client/one-merchant.js';
import type { Inbox } from '../once/inbox.js';
import type { Once } from '../once/once.js';
import { func, mustBe, optional, type Read, type Rule, type Rules, readOptions } from '../util/options.js';
import type { FindOrder, Fulfil, FulfilOther, NoticeOptions, SettlementOptions } from './types.js';

/** WeChat waits for 5,000 milliseconds. The rest is for a timer that a busy process runs late. */
const LONGEST_DEADLINE = 4_500;
const USUAL_DEADLINE = 4_200;

const once: Rule<Once> = (given, name) => {
  if (typeof given !== 'function') {
    throw mustBe(
      name,
      'what postgresOnce(pool) from koa-wxpay/postgres returns (or another of the stores; memoryOnce() for development), or a function of your own',
    );
  }
  // A store factory that was not called. The function it returns has the same name, and takes a
  // claim and the work.
  if (given.length < 2 && given.name.endsWith('Once')) throw mustBe(name, `what ${given.name}() returns: call it`);
  return given as Once;
};

const deadline: Rule<number> = (given = USUAL_DEADLINE, name) => {
  if (Number.isFinite(given) && (given as number) > 0 && (given as number) <= LONGEST_DEADLINE) return given as number;
  throw mustBe(name, `milliseconds, at most ${LONGEST_DEADLINE}: WeChat Pay hangs up at 5 s`);
};

const inbox: Rule<Inbox<unknown> | undefined> = (given, name) => {
  if (given === undefined || given === null) return undefined;
  if (typeof (given as Partial<Inbox<unknown>>).put === 'function') return given as Inbox<unknown>;
  throw mustBe(name, 'what postgresInbox(pool) or mysqlInbox(pool) returns');
};

const NOTICE_RULES = {
  wxpay: oneMerchant,
  findOrder: func<FindOrder>('(out_trade_no, ctx) => Promise<Order | null>'),
  once,
  onAnomaly: optional(func<NonNullable<NoticeOptions<unknown>['onAnomaly']>>()),
  fulfilOther: optional(func<FulfilOther<unknown>>('(notice, { tx, signal }) => Promise<void>')),
  onIgnored: optional(func<NonNullable<NoticeOptions<unknown>['onIgnored']>>()),
  deadline,
} satisfies Rules<NoticeOptions<unknown>>;

/** The names of `createSettlement`, so that a misspelt "fulfil" is recognised. */
const CHAIN_RULES = {
  ...NOTICE_RULES,
  fulfil: () => undefined,
  inbox: (given: unknown, name: string): undefined => {
    if (given === undefined || given === null) return undefined;
    throw new TypeError(
      `"${name}" needs "fulfil": a worker runs it without a request, and so without a middleware chain`,
    );
  },
} satisfies Rules<SettlementOptions<unknown>>;

const SETTLEMENT_RULES = {
  ...NOTICE_RULES,
  fulfil: func<Fulfil<unknown>>('(notice, { tx, signal }) => Promise<void>'),
  inbox,
} satisfies Rules<SettlementOptions<unknown>>;

/** The checked options of settling, wherever the effect is written. */
export type ResolvedNoticeOptions<Tx> = Omit<Read<typeof NOTICE_RULES>, 'once' | 'fulfilOther'> & {
  once: Once<Tx>;
  fulfilOther: FulfilOther<Tx> | undefined;
};

/**
 * Checks the options of `wxNotify` without `fulfil`.
 *
 * @throws {TypeError} names the option, in quotes, and what would be right
 */
export function resolveNoticeOptions<Tx>(what: string, options: NoticeOptions<Tx, never>): ResolvedNoticeOptions<Tx> {
  return readOptions(what, options, CHAIN_RULES) as ResolvedNoticeOptions<Tx>;
}

/** The checked options of `createSettlement`. */
export type ResolvedSettlementOptions<Tx> = ResolvedNoticeOptions<Tx> & {
  fulfil: Fulfil<Tx>;
  inbox: Inbox<Tx> | undefined;
};

/**
 * Checks the options of `createSettlement`.
 *
 * @throws {TypeError} names the option, in quotes, and what would be right
 */
export function resolveSettlementOptions<Tx>(
  what: string,
  options: SettlementOptions<Tx, never>,
): ResolvedSettlementOptions<Tx> {
  return readOptions(what, options, SETTLEMENT_RULES) as ResolvedSettlementOptions<Tx>;
}
