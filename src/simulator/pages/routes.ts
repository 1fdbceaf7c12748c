import { html, type Route, type SimAnswer, type SimRequest } from '../http.js';
import type { World } from '../world.js';
import { personPage } from './person-page.js';

/** Where a browser finds a phone that listens on every address: under the name it found this page. */
function reachable(phone: string, { host }: SimRequest): string {
  const name = /^(\[[^\]]+\]|[^:]+)/.exec(host)?.[0] ?? '127.0.0.1';
  return phone.replace(/^http:\/\/(0\.0\.0\.0|\[::\])(?=:)/, `http://${name}`);
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The phone stands in a frame, and browsers keep a frame's cookies back when its host is another than the page's: all names
 * of this machine lead to the phone's.
 */
function sameName(req: SimRequest, phone: string): string | undefined {
  const asked = `http://${req.host}`;
  if (!URL.canParse(asked)) return undefined;
  const { hostname, port } = new URL(asked);
  const wanted = new URL(phone).hostname;
  if (hostname === wanted || !LOOPBACK.test(hostname) || !LOOPBACK.test(wanted)) return undefined;
  return `http://${wanted}${port && `:${port}`}/`;
}

/** The page for a person: the phone, and what happens behind it. */
export const personRoutes = (world: World): Route[] => [
  {
    method: 'GET',
    path: '/',
    handle: (req): SimAnswer => {
      const phone = reachable(world.urls.phone ?? '', req);
      const elsewhere = sameName(req, phone);
      if (elsewhere) return { status: 302, headers: { location: elsewhere } };
      return html(personPage({ phone, people: [...world.people.values()].map(({ id, name }) => ({ id, name })) }));
    },
  },
];
