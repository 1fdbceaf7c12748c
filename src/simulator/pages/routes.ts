import { html } from '../http/answers.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { personPage } from './person-page.js';

/** The address of a phone that listens on every address, with the host of this request. */
function reachable(phone: string, { host }: SimRequest): string {
  const name = /^(\[[^\]]+\]|[^:]+)/.exec(host)?.[0] ?? '127.0.0.1';
  return phone.replace(/^http:\/\/(0\.0\.0\.0|\[::\])(?=:)/, `http://${name}`);
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The address of the page with the host of the phone, when both are names of this machine. Browsers
 * withhold the cookies of a frame whose host differs from the page's.
 */
function sameHost(req: SimRequest, phone: string): string | undefined {
  const asked = `http://${req.host}`;
  if (!URL.canParse(asked)) return undefined;
  const { hostname, port } = new URL(asked);
  const wanted = new URL(phone).hostname;
  if (hostname === wanted || !LOOPBACK.test(hostname) || !LOOPBACK.test(wanted)) return undefined;
  return `http://${wanted}${port && `:${port}`}/`;
}

/** The page for people: the phone, and what happens behind it. */
export const personRoutes = (state: SimulatorState): Route[] => [
  {
    method: 'GET',
    path: '/',
    handle: (req): SimAnswer => {
      const phone = reachable(state.urls.phone ?? '', req);
      const elsewhere = sameHost(req, phone);
      if (elsewhere) return { status: 302, headers: { Location: elsewhere } };
      const people = [...state.people.values()].map(({ id, name }) => ({ id, name }));
      return html(personPage({ phone, people }));
    },
  },
];
