import { originOf } from '../http/addresses.js';
import { html } from '../http/answers.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { personPage } from './person-page.js';

/** The address of the phone for the browser that sent this request. */
function phoneFor({ urls, phoneEverywhere }: SimulatorState, req: SimRequest): string {
  const phone = urls.phone ?? '';
  if (!phoneEverywhere) return phone;
  return `http://${new URL(originOf(req)).hostname}:${new URL(phone).port}`;
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
      const phone = phoneFor(state, req);
      const elsewhere = sameHost(req, phone);
      if (elsewhere) return { status: 302, headers: { Location: elsewhere } };
      const people = [...state.people.values()].map(({ id, name }) => ({ id, name }));
      return html(personPage({ phone, people }));
    },
  },
];
