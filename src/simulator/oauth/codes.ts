import { DAY, HOUR, MINUTE } from '../../util/clock.js';
import { type Person, virtualId } from '../accounts/person.js';
import type { Clock } from '../clock.js';
import { letters, type Random } from '../random.js';

export type Scope = 'snsapi_base' | 'snsapi_userinfo';

/** What a person agreed to, and for which account. */
export interface Grant {
  appid: string;
  person: Person;
  scope: Scope;
  snapshot: boolean;
}

/** A token, with the time in Unix milliseconds at which it expires. */
export interface Token extends Grant {
  expiresAt: number;
}

interface Code extends Token {
  used: boolean;
}

const CODE_LIFETIME = 5 * MINUTE;
export const TOKEN_LIFETIME = 2 * HOUR;
const REFRESH_LIFETIME = 30 * DAY;

/** The codes and tokens of people who logged in on a page. */
export class Codes {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, Token>();
  readonly #refresh = new Map<string, Token>();

  constructor({ clock, random }: { clock: Clock; random: Random }) {
    this.#clock = clock;
    this.#random = random;
  }

  issue(grant: Grant): string {
    const code = letters(this.#random, 32);
    const expiresAt = this.#clock.now() + CODE_LIFETIME;
    this.#codes.set(code, { ...grant, expiresAt, used: false });
    return code;
  }

  /** Uses a code. A code of another account is as unknown as one that does not exist. */
  redeem(code: string, appid: string): Grant | 'unknown' | 'used' {
    const found = this.#codes.get(code);
    if (!found || found.appid !== appid) return 'unknown';
    if (found.used) return 'used';
    if (this.#clock.now() >= found.expiresAt) return 'unknown';
    found.used = true;
    return found;
  }

  /** Issues a pair of tokens for a grant. */
  issueTokens(grant: Grant): { access_token: string; refresh_token: string } {
    const refresh_token = letters(this.#random, 86);
    const expiresAt = this.#clock.now() + REFRESH_LIFETIME;
    this.#refresh.set(refresh_token, { ...grant, expiresAt });
    return { access_token: this.issueAccessToken(grant), refresh_token };
  }

  issueAccessToken(grant: Grant): string {
    const access_token = letters(this.#random, 86);
    const expiresAt = this.#clock.now() + TOKEN_LIFETIME;
    this.#access.set(access_token, { ...grant, expiresAt });
    return access_token;
  }

  readAccessToken = (token: string) => this.#read(this.#access, token);
  readRefreshToken = (token: string) => this.#read(this.#refresh, token);

  #read(tokens: Map<string, Token>, token: string): Token | 'unknown' | 'expired' {
    const found = tokens.get(token);
    if (!found) return 'unknown';
    return this.#clock.now() >= found.expiresAt ? 'expired' : found;
  }
}

/** The ids of a person for an account. A snapshot user gets virtual ones. */
export function idsOf({ appid, person, snapshot }: Grant): { openid: string; unionid: string } {
  if (!snapshot) return { openid: person.openid(appid), unionid: person.unionid };
  const idOf = (kind: string): string => virtualId('snapshot', kind, person.id, appid);
  return { openid: idOf('openid'), unionid: idOf('unionid') };
}
