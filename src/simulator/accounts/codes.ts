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

/** What a text that was issued stands for. */
export type Issued = { expiresAt: number } & (
  | ({ type: 'code'; used: boolean } & Grant)
  | ({ type: 'miniProgramCode'; used: boolean } & Login)
  | ({ type: 'access' | 'refresh' } & Grant)
);

const CODE_LIFETIME = 5 * MINUTE;
export const TOKEN_LIFETIME = 2 * HOUR;
const REFRESH_LIFETIME = 30 * DAY;

interface Surroundings {
  now: () => number;
  random: Random;
  /** Is called when a code or a token was issued or used. */
  onChange?: (text: string, issued: Issued) => void;
}

/** The codes and tokens of people who logged in. */
export class Codes {
  readonly #around: Surroundings;
  readonly #issued = new Map<string, Issued>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** A code of the login page of an official account. */
  issue(grant: Grant): string {
    const expiresAt = this.#around.now() + CODE_LIFETIME;
    return this.#add(32, { type: 'code', ...grant, expiresAt, used: false });
  }

  /** A code of `wx.login()` in a mini program. */
  issueForMiniProgram(login: Login): string {
    const expiresAt = this.#around.now() + CODE_LIFETIME;
    return this.#add(32, { type: 'miniProgramCode', ...login, expiresAt, used: false });
  }

  redeem(code: string, appid: string): Grant | 'unknown' | 'used' {
    const found = this.#use('code', code, appid);
    return typeof found === 'string' ? found : (found as Grant);
  }

  redeemForMiniProgram(code: string, appid: string): Login | 'unknown' | 'used' {
    return this.#use('miniProgramCode', code, appid);
  }

  /** Issues a pair of tokens for a grant. */
  issueTokens(grant: Grant): { access_token: string; refresh_token: string } {
    const expiresAt = this.#around.now() + REFRESH_LIFETIME;
    const refresh_token = this.#add(86, { ...grant, type: 'refresh', expiresAt });
    return { access_token: this.issueAccessToken(grant), refresh_token };
  }

  issueAccessToken(grant: Grant): string {
    const expiresAt = this.#around.now() + TOKEN_LIFETIME;
    return this.#add(86, { ...grant, type: 'access', expiresAt });
  }

  readAccessToken = (token: string) => this.#read('access', token);
  readRefreshToken = (token: string) => this.#read('refresh', token);

  /** Adds a code or a token of an earlier run. */
  restore(text: string, issued: Issued): void {
    this.#issued.set(text, issued);
  }

  #add(length: number, issued: Issued): string {
    const text = letters(this.#around.random, length);
    this.#issued.set(text, issued);
    this.#around.onChange?.(text, issued);
    return text;
  }

  /** Uses a code. A code of another account is as unknown as one that does not exist. */
  #use(type: Issued['type'], code: string, appid: string): Login | 'unknown' | 'used' {
    const found = this.#issued.get(code);
    if (found?.type !== type || !('used' in found) || found.appid !== appid) return 'unknown';
    if (found.used) return 'used';
    if (this.#around.now() >= found.expiresAt) return 'unknown';
    found.used = true;
    this.#around.onChange?.(code, found);
    return found;
  }

  #read(type: 'access' | 'refresh', token: string): Token | 'unknown' | 'expired' {
    const found = this.#issued.get(token);
    if (found?.type !== type) return 'unknown';
    return this.#around.now() >= found.expiresAt ? 'expired' : (found as Token);
  }
}

/** The ids of a person for an account. A snapshot user gets virtual ones. */
export function idsOf({ appid, person, snapshot }: Grant): { openid: string; unionid: string } {
  if (!snapshot) return { openid: person.openid(appid), unionid: person.unionid };
  const idOf = (kind: string): string => virtualId('snapshot', kind, person.id, appid);
  return { openid: idOf('openid'), unionid: idOf('unionid') };
}
