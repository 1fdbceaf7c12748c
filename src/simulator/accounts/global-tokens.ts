import { DAY, HOUR, MINUTE, SECOND, toUnixSeconds } from '../../util/clock.js';
import { letters, type Random } from '../random.js';

interface Issued {
  value: string;
  expiresAt: number;
}

interface StableTokens {
  tokens: Issued[];
  /** When a new token was last forced, and how often on that day. */
  forced: { at: number; day: number; count: number };
}

/** The tokens and the ticket of one account. */
export interface KeptAccount {
  plain: Issued[];
  stable: StableTokens;
  ticket?: Issued;
}

interface Surroundings {
  now: () => number;
  random: Random;
  /** Is called when a token or a ticket was issued. */
  onChange?: (appid: string) => void;
}

interface TokenAnswer {
  access_token: string;
  expires_in: number;
}

const LIFETIME = 2 * HOUR;
const OVERLAP = 5 * MINUTE;
const FORCED_PER_DAY = 20;
const FORCED_GAP = 30 * SECOND;
const BEIJING_OFFSET = 8 * HOUR;

/**
 * The global access tokens of every account, of both kinds, and the tickets of the JS-SDK. The two
 * kinds of tokens are independent of each other.
 */
export class GlobalTokens {
  readonly #around: Surroundings;
  readonly #accounts = new Map<string, KeptAccount>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** What of an account is kept over a restart. */
  kept(appid: string): KeptAccount | undefined {
    return this.#accounts.get(appid);
  }

  /** Takes what an earlier run kept. */
  restore(appid: string, kept: KeptAccount): void {
    this.#accounts.set(appid, kept);
  }

  /** `/cgi-bin/token`: a new token at every call. The one before it works five minutes longer. */
  issue(appid: string): TokenAnswer {
    const account = this.#account(appid);
    const tokens = account.plain.filter((token) => this.#isValid(token));
    const latest = this.#around.now() + OVERLAP;
    for (const token of tokens) token.expiresAt = Math.min(token.expiresAt, latest);
    const token = this.#create();
    account.plain = [...tokens, token];
    this.#around.onChange?.(appid);
    return this.#answer(token);
  }

  /** `/cgi-bin/stable_token`: the same token until five minutes before it expires. */
  stable(appid: string, force: boolean): TokenAnswer {
    const { stable } = this.#account(appid);
    stable.tokens = stable.tokens.filter((token) => this.#isValid(token));
    if (force && this.#mayForce(stable)) stable.tokens = [];
    const current = stable.tokens.at(-1);
    if (current && current.expiresAt - this.#around.now() > OVERLAP) return this.#answer(current);
    const token = this.#create();
    stable.tokens.push(token);
    this.#around.onChange?.(appid);
    return this.#answer(token);
  }

  /** The account of a token of either kind. */
  accountOf(access_token: string): string | undefined {
    const holds = (tokens: readonly Issued[]): boolean =>
      tokens.some((token) => token.value === access_token && this.#isValid(token));
    for (const [appid, { plain, stable }] of this.#accounts) {
      if (holds(plain) || holds(stable.tokens)) return appid;
    }
    return undefined;
  }

  /** `/cgi-bin/ticket/getticket` */
  ticket(appid: string): { ticket: string; expires_in: number } {
    const account = this.#account(appid);
    if (!account.ticket || !this.#isValid(account.ticket)) {
      account.ticket = this.#create();
      this.#around.onChange?.(appid);
    }
    const { ticket } = account;
    return { ticket: ticket.value, expires_in: this.#expiresIn(ticket) };
  }

  /** The valid ticket of an account, which the signature of `wx.config` is checked with. */
  currentTicket(appid: string): string | undefined {
    const ticket = this.#accounts.get(appid)?.ticket;
    return ticket && this.#isValid(ticket) ? ticket.value : undefined;
  }

  #account(appid: string): KeptAccount {
    const account = this.#accounts.get(appid) ?? {
      plain: [],
      stable: { tokens: [], forced: { at: 0, day: -1, count: 0 } },
    };
    this.#accounts.set(appid, account);
    return account;
  }

  #mayForce({ tokens, forced }: StableTokens): boolean {
    if (tokens.length === 0) return false;
    const now = this.#around.now();
    const day = Math.floor((now + BEIJING_OFFSET) / DAY);
    const count = forced.day === day ? forced.count : 0;
    if (now - forced.at < FORCED_GAP || count >= FORCED_PER_DAY) return false;
    Object.assign(forced, { at: now, day, count: count + 1 });
    return true;
  }

  #create(): Issued {
    return { value: letters(this.#around.random, 136), expiresAt: this.#around.now() + LIFETIME };
  }

  #isValid({ expiresAt }: Issued): boolean {
    return this.#around.now() < expiresAt;
  }

  #answer(token: Issued): TokenAnswer {
    return { access_token: token.value, expires_in: this.#expiresIn(token) };
  }

  #expiresIn({ expiresAt }: Issued): number {
    return toUnixSeconds(expiresAt) - toUnixSeconds(this.#around.now());
  }
}
