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
  readonly #now: () => number;
  readonly #random: Random;
  readonly #plain = new Map<string, Issued[]>();
  readonly #stable = new Map<string, StableTokens>();
  readonly #tickets = new Map<string, Issued>();

  constructor({ now, random }: { now: () => number; random: Random }) {
    this.#now = now;
    this.#random = random;
  }

  /** `/cgi-bin/token`: a new token at every call. The one before it works five minutes longer. */
  issue(appid: string): TokenAnswer {
    const tokens = (this.#plain.get(appid) ?? []).filter((token) => this.#isValid(token));
    const latest = this.#now() + OVERLAP;
    for (const token of tokens) token.expiresAt = Math.min(token.expiresAt, latest);
    const token = this.#create();
    this.#plain.set(appid, [...tokens, token]);
    return this.#answer(token);
  }

  /** `/cgi-bin/stable_token`: the same token until five minutes before it expires. */
  stable(appid: string, force: boolean): TokenAnswer {
    const stable = this.#stable.get(appid) ?? {
      tokens: [],
      forced: { at: Number.NEGATIVE_INFINITY, day: -1, count: 0 },
    };
    this.#stable.set(appid, stable);
    stable.tokens = stable.tokens.filter((token) => this.#isValid(token));
    if (force && this.#mayForce(stable)) stable.tokens = [];
    const current = stable.tokens.at(-1);
    if (current && current.expiresAt - this.#now() > OVERLAP) return this.#answer(current);
    const token = this.#create();
    stable.tokens.push(token);
    return this.#answer(token);
  }

  /** The account of a token of either kind. */
  accountOf(access_token: string): string | undefined {
    const holds = (tokens: readonly Issued[]): boolean =>
      tokens.some((token) => token.value === access_token && this.#isValid(token));
    for (const [appid, tokens] of this.#plain) if (holds(tokens)) return appid;
    for (const [appid, { tokens }] of this.#stable) if (holds(tokens)) return appid;
    return undefined;
  }

  /** `/cgi-bin/ticket/getticket` */
  ticket(appid: string): { ticket: string; expires_in: number } {
    const old = this.#tickets.get(appid);
    const ticket = old && this.#isValid(old) ? old : this.#create();
    this.#tickets.set(appid, ticket);
    return { ticket: ticket.value, expires_in: this.#expiresIn(ticket) };
  }

  /** The valid ticket of an account, which the signature of `wx.config` is checked with. */
  currentTicket(appid: string): string | undefined {
    const ticket = this.#tickets.get(appid);
    return ticket && this.#isValid(ticket) ? ticket.value : undefined;
  }

  #mayForce({ tokens, forced }: StableTokens): boolean {
    if (tokens.length === 0) return false;
    const now = this.#now();
    const day = Math.floor((now + BEIJING_OFFSET) / DAY);
    const count = forced.day === day ? forced.count : 0;
    if (now - forced.at < FORCED_GAP || count >= FORCED_PER_DAY) return false;
    Object.assign(forced, { at: now, day, count: count + 1 });
    return true;
  }

  #create(): Issued {
    return { value: letters(this.#random, 136), expiresAt: this.#now() + LIFETIME };
  }

  #isValid({ expiresAt }: Issued): boolean {
    return this.#now() < expiresAt;
  }

  #answer(token: Issued): TokenAnswer {
    return { access_token: token.value, expires_in: this.#expiresIn(token) };
  }

  #expiresIn({ expiresAt }: Issued): number {
    return toUnixSeconds(expiresAt) - toUnixSeconds(this.#now());
  }
}
