import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { holderOf, PERSON_COOKIE } from '../oauth/holder.js';
import type { SimulatorState } from '../state.js';
import { ownPath } from './own-path.js';
import type { ShopCookies } from './shop-cookies.js';

/** `/__wechat/person?id=…&back=/…` gives the phone to another person, without the old cookies. */
export function personRoute(state: SimulatorState, cookies: ShopCookies): Route {
  const handle = (req: SimRequest): SimAnswer => {
    const person = state.people.get(req.query.get('id') ?? '');
    if (!person) return { status: 404 };
    const changed = person.id !== holderOf(state, req).id;
    const cookie = `${PERSON_COOKIE}=${encodeURIComponent(person.id)}; Path=/; SameSite=Lax`;
    return {
      status: 302,
      headers: {
        Location: ownPath(req.query.get('back')),
        'Set-Cookie': [...(changed ? cookies.deletions() : []), cookie],
        'Cache-Control': 'no-store',
      },
    };
  };
  return { method: 'GET', path: '/__wechat/person', handle };
}
