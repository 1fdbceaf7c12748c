import type { Route } from '../http/types.js';
import { ownPath } from './own-path.js';

/** The cookie of a phone that the simulator's own page shows in a frame. */
export const SCREEN_COOKIE = 'wxsim_screen';

/**
 * `/__wechat/screen?to=/…` shows a page of the shop in the frame that is the screen of the phone. In
 * WeChat that page has the whole window, so the shop must not see that it is asked for by a frame.
 */
export const screenRoute: Route = {
  method: 'GET',
  path: '/__wechat/screen',
  handle: ({ query }) => ({
    status: 302,
    headers: {
      Location: ownPath(query.get('to')),
      'Set-Cookie': `${SCREEN_COOKIE}=1; Path=/; SameSite=Lax`,
      'Cache-Control': 'no-store',
    },
  }),
};
