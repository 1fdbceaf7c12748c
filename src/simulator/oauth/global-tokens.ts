import { letters } from '../random.js';
import type { World } from '../world.js';

interface Issued {
  value: string;
  expires: number;
}

interface Stable {
  tokens: Issued[];
  /** When it was forced last, and how often on that day. */
  forced: { at: number; day: number; count: number };
}

const LIFE = 7200;
const OVERLAP = 300;
const FORCED_PER_DAY = 20;
const FORCED_APART = 30;

/** The global access tokens of every account, of both kinds, and their tickets. The kinds do not know each other. */
export class GlobalTokens {
  readonly #world: Pick<World, 'clock' | 'random'>;
  readonly #plain = new Map<string, Issued[]>();
  readonly #stable = new Map<string, Stable>();
  readonly #tickets = new Map<string, Issued>();

  constructor(world: Pick<World, 'clock' | 'random'>) {
    this.#world = world;
  }

  /** `/cgi-bin/token`: new at every call; the one before lives five minutes more. */
  issue(appid: string): { access_token: string; expires_in: number } {
    const tokens = (this.#plain.get(appid) ?? []).filter((token) => this.#alive(token));
    for (const token of tokens) token.expires = Math.min(token.expires, this.#now() + OVERLAP);
    const token = this.#new();
    this.#plain.set(appid, [...tokens, token]);
    return this.#shown(token);
  }

  /** `/cgi-bin/stable_token`: the same one until five minutes before its end, unless it is forced. */
  stable(appid: string, force: boolean): { access_token: string; expires_in: number } {
    const stable = this.#stable.get(appid) ?? {
      tokens: [],
      forced: { at: Number.NEGATIVE_INFINITY, day: -1, count: 0 },
    };
    this.#stable.set(appid, stable);
    stable.tokens = stable.tokens.filter((token) => this.#alive(token));
    if (force && this.#mayForce(stable)) stable.tokens = [];
    const current = stable.tokens.at(-1);
    if (current && current.expires - this.#now() > OVERLAP) return this.#shown(current);
    const token = this.#new();
    stable.tokens.push(token);
    return this.#shown(token);
  }

  /** The account a token of either kind belongs to. */
  accountOf(access_token: string): string | undefined {
    const holds = (tokens: readonly Issued[]): boolean =>
      tokens.some((token) => token.value === access_token && this.#alive(token));
    for (const [appid, tokens] of this.#plain) if (holds(tokens)) return appid;
    for (const [appid, { tokens }] of this.#stable) if (holds(tokens)) return appid;
    return undefined;
  }

  ticket(appid: string): { ticket: string; expires_in: number } {
    const old = this.#tickets.get(appid);
    const ticket = old && this.#alive(old) ? old : this.#new();
    this.#tickets.set(appid, ticket);
    return { ticket: ticket.value, expires_in: ticket.expires - this.#now() };
  }

  /** The ticket that is valid now: what the signature of `wx.config` is checked with. */
  currentTicket(appid: string): string | undefined {
    const ticket = this.#tickets.get(appid);
    return ticket && this.#alive(ticket) ? ticket.value : undefined;
  }

  #mayForce({ tokens, forced }: Stable): boolean {
    if (tokens.length === 0) return false;
    const now = this.#now();
    const day = Math.floor((now + 8 * 3600) / 86_400);
    const count = forced.day === day ? forced.count : 0;
    if (now - forced.at < FORCED_APART || count >= FORCED_PER_DAY) return false;
    Object.assign(forced, { at: now, day, count: count + 1 });
    return true;
  }

  #new(): Issued {
    return { value: letters(this.#world.random, 136), expires: this.#now() + LIFE };
  }

  #alive(token: Issued): boolean {
    return this.#now() < token.expires;
  }

  #shown(token: Issued): { access_token: string; expires_in: number } {
    return { access_token: token.value, expires_in: token.expires - this.#now() };
  }

  #now(): number {
    return this.#world.clock.now();
  }
}
