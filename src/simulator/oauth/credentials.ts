import type { App } from '../accounts/app.js';
import type { Errcode } from '../scenarios/errcodes.js';
import type { SimulatorState } from '../state.js';
import { refuse } from './answer.js';

/** @throws {Refused} when the parameter is missing or empty */
export const required = (query: URLSearchParams, name: string, errcode: Errcode): string =>
  query.get(name) || refuse(errcode);

/**
 * The account of `appid` and `secret`, in WeChat's order of checks.
 *
 * @throws {Refused} 40013, 40125
 */
export function accountOf({ apps, switches }: SimulatorState, appid: string, secret: string): App {
  const app = apps.get(appid) ?? refuse(40013);
  if (app.secret !== secret) refuse(switches.oauth.wrongSecret);
  return app;
}
