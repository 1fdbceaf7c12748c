import type { OAuthScope } from '../../core/oauth/authorize.js';
import { DAY, HOUR, MINUTE } from '../../util/clock.js';
import { letters, type Random } from '../random.js';
import { type Person, virtualId } from './person.js';

/** A person who logged in to an account. */
export interface Login {
  appid: string;
  person: Person;
}

/** What a person agreed to on the login page, and for which account. */
export interface Grant extends Login {
  scope: OAuthScope;
  /** Whether WeChat shows the page as a snapshot, with virtual ids. */
  snapshot: boolean;
}

/** A token, with the time in Unix milliseconds at which it expires. */
export interface Token extends Grant {
  expiresAt: number;
}

type Used<T> = T & { expiresAt: number; used: boolean };

const CODE_LIFETIME = 5 * MINUTE;
export const TOKEN_LIFETIME = 2 * HOUR;
const REFRESH_LIFETIME = 30 * DAY;

/** The codes and tokens of people who logged in. */
export class Codes {
  readonly #now: () => number;
  readonly #random: Random;
  readonly #codes = new Map<string, Used<Grant>>();
  readonly #miniProgramCodes = new Map<string, Used<Login>>();
  readonly #access = new Map<string, Token>();
  readonly #refresh = new Map<string, Token>();

  constructor({ now, random }: { now: () => number; random: Random }) {
    this.#now = now;
    this.#random = random;
  }

  /** A code of the login page of an official account. */
  issue(grant: Grant): string {
    return this.#add(this.#codes, grant);
  }

  /** A code of `wx.login()` in a mini program. */
  issueForMiniProgram(login: Login): string {
    return this.#add(this.#miniProgramCodes, login);
  }

  redeem(code: string, appid: string): Grant | 'unknown' | 'used' {
    return this.#use(this.#codes, code, appid);
  }

  redeemForMiniProgram(code: string, appid: string): Login | 'unknown' | 'used' {
    return this.#use(this.#miniProgramCodes, code, appid);
  }

  /** Issues a pair of tokens for a grant. */
  issueTokens(grant: Grant): { access_token: string; refresh_token: string } {
    const refresh_token = letters(this.#random, 86);
    const expiresAt = this.#now() + REFRESH_LIFETIME;
    this.#refresh.set(refresh_token, { ...grant, expiresAt });
    return { access_token: this.issueAccessToken(grant), refresh_token };
  }

  issueAccessToken(grant: Grant): string {
    const access_token = letters(this.#random, 86);
    const expiresAt = this.#now() + TOKEN_LIFETIME;
    this.#access.set(access_token, { ...grant, expiresAt });
    return access_token;
  }

  readAccessToken = (token: string) => this.#read(this.#access, token);
  readRefreshToken = (token: string) => this.#read(this.#refresh, token);

  #add<T>(codes: Map<string, Used<T>>, login: T): string {
    const code = letters(this.#random, 32);
    codes.set(code, { ...login, expiresAt: this.#now() + CODE_LIFETIME, used: false });
    return code;
  }

  /** Uses a code. A code of another account is as unknown as one that does not exist. */
  #use<T extends Login>(codes: Map<string, Used<T>>, code: string, appid: string) {
    const found = codes.get(code);
    if (!found || found.appid !== appid) return 'unknown';
    if (found.used) return 'used';
    if (this.#now() >= found.expiresAt) return 'unknown';
    found.used = true;
    return found;
  }

  #read(tokens: Map<string, Token>, token: string): Token | 'unknown' | 'expired' {
    const found = tokens.get(token);
    if (!found) return 'unknown';
    return this.#now() >= found.expiresAt ? 'expired' : found;
  }
}

/** The ids of a person for an account. A snapshot user gets virtual ones. */
export function idsOf({ appid, person, snapshot }: Grant): { openid: string; unionid: string } {
  if (!snapshot) return { openid: person.openid(appid), unionid: person.unionid };
  const idOf = (kind: string): string => virtualId('snapshot', kind, person.id, appid);
  return { openid: idOf('openid'), unionid: idOf('unionid') };
}
