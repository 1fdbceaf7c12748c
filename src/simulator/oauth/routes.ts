import type { Route } from '../http.js';
import type { World } from '../world.js';
import { authorizeRoute } from './authorize.js';
import { cgiBinRoutes } from './cgi-bin.js';
import { Codes } from './codes.js';
import { GlobalTokens } from './global-tokens.js';
import { snsRoutes } from './sns.js';

/** What WeChat remembers of people who logged in, and of the accounts' own tokens. */
export interface OAuth {
  codes: Codes;
  tokens: GlobalTokens;
}

export const createOAuth = (world: World): OAuth => ({ codes: new Codes(world), tokens: new GlobalTokens(world) });

/** Plays open.weixin.qq.com and api.weixin.qq.com. */
export const oauthRoutes = (world: World, { codes, tokens }: OAuth): Route[] => [
  authorizeRoute(world, codes),
  ...snsRoutes(world, codes),
  ...cgiBinRoutes(world, tokens),
];
