import type { Route } from '../http.js';
import { holderOf, PERSON_COOKIE } from '../oauth/authorize.js';
import type { World } from '../world.js';

/** The cookies a shop set through the phone, by name and path: another person does not carry them on. */
export class ShopCookies {
  readonly #seen = new Map<string, { name: string; path: string }>();

  note(headers: readonly string[]): void {
    for (const header of headers) {
      const name = /^\s*([^=;\s]+)=/.exec(header)?.[1];
      const path = /;\s*path=([^;]*)/i.exec(header)?.[1]?.trim() || '/';
      if (name) this.#seen.set(`${name};${path}`, { name, path });
    }
  }

  /** What makes a browser forget them. */
  forget(): string[] {
    return [...this.#seen.values()].map(({ name, path }) => `${name}=; Path=${path}; Max-Age=0`);
  }
}

/** `/__wechat/person?id=…&back=/…` hands the phone to somebody else, who is nobody's customer yet. */
export const holderRoute = (world: World, cookies: ShopCookies): Route => ({
  method: 'GET',
  path: '/__wechat/person',
  handle: (req) => {
    const person = world.people.get(req.query.get('id') ?? '');
    if (!person) return { status: 404 };
    const back = req.query.get('back') ?? '/';
    const left = person.id === holderOf(world, req).id ? [] : cookies.forget();
    return {
      status: 302,
      headers: {
        // a path of the phone's own, nothing a browser could read as another host
        location: /^\/(?![/\\])[\x21-\x7e]*$/.test(back) ? back : '/',
        'set-cookie': [...left, `${PERSON_COOKIE}=${encodeURIComponent(person.id)}; Path=/; SameSite=Lax`],
        'cache-control': 'no-store',
      },
    };
  },
});
