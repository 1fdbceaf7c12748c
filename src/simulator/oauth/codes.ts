import { createHash } from 'node:crypto';
import { letters } from '../random.js';
import type { Person, World } from '../world.js';

export type Scope = 'snsapi_base' | 'snsapi_userinfo';

/** What somebody agreed to, and for whom. */
export interface Grant {
  appid: string;
  person: Person;
  scope: Scope;
  snapshot: boolean;
}

interface Code extends Grant {
  expires: number;
  used: boolean;
}

export interface Token extends Grant {
  expires: number;
}

const CODE_LIFE = 5 * 60;
export const TOKEN_LIFE = 7200;
const REFRESH_LIFE = 30 * 86_400;

/** Codes and web tokens of the people who came through the authorize page; all of it lives on the simulator's clock. */
export class Codes {
  readonly #world: Pick<World, 'clock' | 'random'>;
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, Token>();
  readonly #refresh = new Map<string, Token>();

  constructor(world: Pick<World, 'clock' | 'random'>) {
    this.#world = world;
  }

  issue(grant: Grant): string {
    const code = letters(this.#world.random, 32);
    this.#codes.set(code, { ...grant, expires: this.#now() + CODE_LIFE, used: false });
    return code;
  }

  /** Spends a code. One of another account is as unknown as one that never was. */
  redeem(code: string, appid: string): Grant | 'unknown' | 'used' {
    const found = this.#codes.get(code);
    if (!found || found.appid !== appid) return 'unknown';
    if (found.used) return 'used';
    if (this.#now() >= found.expires) return 'unknown';
    found.used = true;
    return found;
  }

  /** A pair of tokens for a grant. */
  open(grant: Grant): { access_token: string; refresh_token: string } {
    const refresh_token = letters(this.#world.random, 86);
    this.#refresh.set(refresh_token, { ...grant, expires: this.#now() + REFRESH_LIFE });
    return { access_token: this.access(grant), refresh_token };
  }

  access(grant: Grant): string {
    const access_token = letters(this.#world.random, 86);
    this.#access.set(access_token, { ...grant, expires: this.#now() + TOKEN_LIFE });
    return access_token;
  }

  readAccess = (token: string): Token | 'unknown' | 'expired' => this.#read(this.#access, token);
  readRefresh = (token: string): Token | 'unknown' | 'expired' => this.#read(this.#refresh, token);

  #read(tokens: Map<string, Token>, token: string): Token | 'unknown' | 'expired' {
    const found = tokens.get(token);
    if (!found) return 'unknown';
    return this.#now() >= found.expires ? 'expired' : found;
  }

  #now(): number {
    return this.#world.clock.now();
  }
}

/** A snapshot user is nobody: their ids exist for the page only. */
export function idsOf({ appid, person, snapshot }: Grant): { openid: string; unionid: string } {
  if (!snapshot) return { openid: person.openid(appid), unionid: person.unionid };
  const virtual = (kind: string): string =>
    `o${createHash('sha256').update(`snapshot ${kind} ${person.id} ${appid}`).digest('base64url').slice(0, 27)}`;
  return { openid: virtual('openid'), unionid: virtual('unionid') };
}
