import type { Route } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { authorizeRoute } from './authorize.js';
import { cgiBinRoutes } from './cgi-bin.js';
import { snsRoutes } from './sns.js';

/** The routes of open.weixin.qq.com and api.weixin.qq.com. */
export const oauthRoutes = (state: SimulatorState): Route[] => [
  authorizeRoute(state),
  ...snsRoutes(state),
  ...cgiBinRoutes(state),
];
