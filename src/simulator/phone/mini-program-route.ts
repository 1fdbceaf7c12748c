import { kindOf } from '../accounts/app.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { MINI_PROGRAM_COOKIE } from '../oauth/mini-program-view.js';
import type { SimulatorState } from '../state.js';
import { ownPath } from './own-path.js';

/**
 * `/__wechat/mini-program?appid=…&back=/…` shows the pages of the shop as that mini program would,
 * and without an appid as WeChat's browser again.
 */
export function miniProgramRoute({ apps }: SimulatorState): Route {
  const handle = ({ query }: SimRequest): SimAnswer => {
    const appid = query.get('appid') ?? '';
    const app = apps.get(appid);
    if (appid !== '' && (!app || kindOf(app) !== 'miniProgram')) {
      const body = `there is no mini program ${JSON.stringify(appid)}\n`;
      return { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
    }
    const age = appid === '' ? '; Max-Age=0' : '';
    const cookie = `${MINI_PROGRAM_COOKIE}=${encodeURIComponent(appid)}; Path=/; SameSite=Lax${age}`;
    return {
      status: 302,
      headers: {
        Location: ownPath(query.get('back')),
        'Set-Cookie': cookie,
        'Cache-Control': 'no-store',
      },
    };
  };
  return { method: 'GET', path: '/__wechat/mini-program', handle };
}
