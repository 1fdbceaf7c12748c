import type { Route } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { authorizeRoute } from './authorize.js';
import { cgiBinRoutes } from './cgi-bin.js';
import { Codes } from './codes.js';
import { GlobalTokens } from './global-tokens.js';
import { snsRoutes } from './sns.js';

/** What WeChat remembers of people who logged in, and the global tokens of the accounts. */
export interface OAuth {
  codes: Codes;
  tokens: GlobalTokens;
}

export const createOAuth = (state: SimulatorState): OAuth => ({
  codes: new Codes(state),
  tokens: new GlobalTokens(state),
});

/** The routes of open.weixin.qq.com and api.weixin.qq.com. */
export const oauthRoutes = (state: SimulatorState, { codes, tokens }: OAuth): Route[] => [
  authorizeRoute(state, codes),
  ...snsRoutes(state, codes),
  ...cgiBinRoutes(state, tokens),
];
