import { ID } from '../../core/oauth/token.js';
import { MINUTE } from '../../util/clock.js';
import type { Keyring } from '../keyring.js';

/** Who a token stands for. */
export interface TokenHolder {
  openid: string;
  unionid?: string;
}

/** What a token is bound to, and how long it is valid. */
export interface TokenRules {
  appid: string;
  scope: string;
  maxAge: number;
  now: () => number;
}

/**
 * A token for the `Authorization` header, because `wx.request` keeps no cookies: who it stands for and when it was given out,
 * readable, and a signature over that, the appid and the scope.
 */
export function writeToken(keys: Keyring, rules: TokenRules, { openid, unionid }: TokenHolder): string {
  const content = Buffer.from(JSON.stringify([rules.now(), openid, unionid])).toString('base64url');
  return `${content}.${keys.sign(covered(rules, content))}`;
}

/**
 * Whom a token stands for. `'expired'` for one of ours that is too old, `'foreign'` for everything that was not signed with a key
 * of this application for this appid and scope.
 */
export function readToken(keys: Keyring, rules: TokenRules, token: string): TokenHolder | 'expired' | 'foreign' {
  const [, content, signature] = /^([\w-]{1,1024})\.([\w-]{1,128})$/.exec(token) ?? [];
  if (!content || !signature || !keys.verify(covered(rules, content), signature)) return 'foreign';
  const [issued, openid, unionid] = JSON.parse(Buffer.from(content, 'base64url').toString()) as [
    number,
    string,
    string?,
  ];
  const age = rules.now() - issued;
  // The token may come from a machine whose clock is up to a minute ahead.
  if (!(age < rules.maxAge && age > -MINUTE)) return 'expired';
  return { openid, ...(typeof unionid === 'string' && ID.test(unionid) && { unionid }) };
}

// The cookies of wxOAuth are signed with the same keys. Theirs have no blank before the "=", so neither is taken for the other.
const covered = ({ appid, scope }: TokenRules, content: string): string =>
  `koa-wxpay token ${appid} ${scope} ${content}`;
