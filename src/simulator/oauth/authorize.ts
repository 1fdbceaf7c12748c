import { html, type Route, type SimAnswer, type SimRequest } from '../http.js';
import type { App, Person, World } from '../world.js';
import type { Codes, Scope } from './codes.js';
import { consentPage, deniedPage, doublePage, errorPage, linkPage, outsidePage } from './pages.js';

/** The cookie that says who holds the phone. */
export const PERSON_COOKIE = 'wxsim_person';

const DOCUMENTED = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];

interface Asked {
  app: App;
  redirect_uri: string;
  scope: Scope;
  state: string | null;
  snapshot: boolean;
}

/** Who holds the phone that sent this; the first person unless its cookie says otherwise. */
export function holderOf(world: World, { cookies }: Pick<SimRequest, 'cookies'>): Person {
  const person = world.people.get(cookies.get(PERSON_COOKIE) ?? '') ?? world.people.values().next().value;
  if (!person) throw new Error('there is nobody in this world');
  return person;
}

/** What is asked, or the page that says what is wrong with it, in WeChat's order of checks. */
function read(world: World, query: URLSearchParams): Asked | string {
  const { parameterOrder, errorPage: forced, snapshot } = world.switches.oauth;
  if (forced !== undefined) return errorPage(forced, '授权失败');
  const appid = query.get('appid');
  const redirect_uri = query.get('redirect_uri');
  const scope = query.get('scope');
  const state = query.get('state');
  if (!appid) return errorPage(10012, 'AppID 参数错误');
  if (!redirect_uri) return errorPage(10011, 'redirect_uri 参数错误');
  if (!scope) return errorPage(10010, 'Scope 参数错误或没有 Scope 权限');
  const app = world.apps.get(appid);
  if (!app) return errorPage(10012, 'AppID 参数错误');
  if (!returnsTo(app, redirect_uri)) return errorPage(10003, 'redirect_uri 参数错误');
  if (!mayAsk(app, scope)) return errorPage(10005, 'Scope 参数错误或没有 Scope 权限');
  if (query.get('response_type') !== 'code') return linkPage();
  if (state !== null && Buffer.byteLength(state) > 128) return errorPage(10013, 'state 参数错误');
  if (parameterOrder && !inOrder(query)) return linkPage();
  return { app, redirect_uri, scope, state, snapshot: snapshot || query.get('forceSnapShot') === 'true' };
}

/** Host, or host and path, as the setting has it: exact host, no port. */
function returnsTo({ oauthDomain }: App, redirect_uri: string): boolean {
  if (!URL.canParse(redirect_uri)) return false;
  const { protocol, hostname, pathname } = new URL(redirect_uri);
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  if (oauthDomain === undefined) return true;
  const [host, ...path] = oauthDomain.split('/');
  return hostname === host && `${pathname}/`.startsWith(path.length > 0 ? `/${path.join('/')}/` : '/');
}

const mayAsk = (app: App, scope: string): scope is Scope => (app.scopes as readonly string[]).includes(scope);

function inOrder(query: URLSearchParams): boolean {
  const names = [...query.keys()].filter((name) => DOCUMENTED.includes(name));
  return names.join() === DOCUMENTED.filter((name) => names.includes(name)).join();
}

/** Appends to whatever query is there; the rest of the address stays as it was written. */
function returnAddress(redirect_uri: string, fields: Record<string, string | null>): string {
  const [, address = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(redirect_uri) ?? [];
  const added = Object.entries(fields)
    .filter((field): field is [string, string] => field[1] !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const mark = added === '' ? '' : address.includes('?') ? '&' : '?';
  return printable(`${address}${mark}${added}${fragment}`);
}

/** What a header cannot carry, percent-encoded, as a browser would send it. */
const printable = (text: string): string => text.replace(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part));

const redirect = (location: string): SimAnswer => ({
  status: 302,
  headers: { location, 'cache-control': 'no-store' },
});

function granted(world: World, codes: Codes, person: Person, asked: Asked): SimAnswer {
  const { app, redirect_uri, scope, state, snapshot } = asked;
  const callback = (): string =>
    returnAddress(redirect_uri, { code: codes.issue({ appid: app.appid, person, scope, snapshot }), state });
  return world.switches.oauth.doubleCallback ? html(doublePage(callback(), callback())) : redirect(callback());
}

function denied(world: World, { redirect_uri, state }: Asked): SimAnswer {
  return world.switches.oauth.denied === 'stay' ? html(deniedPage()) : redirect(returnAddress(redirect_uri, { state }));
}

function consented(world: World, req: SimRequest): 'ask' | 'allow' | 'deny' {
  if (req.method !== 'POST') return world.switches.oauth.consent;
  return new URLSearchParams(req.body.toString()).get('answer') === 'allow' ? 'allow' : 'deny';
}

/** `/connect/oauth2/authorize`. `inWechat` is for listeners whose browsers are WeChat whatever they call themselves. */
export function authorizeRoute(world: World, codes: Codes, { inWechat = false } = {}): Route {
  return {
    method: '*',
    path: '/connect/oauth2/authorize',
    handle: (req) => {
      const agent = req.headers['user-agent']?.join(' ') ?? '';
      if (world.switches.oauth.requireWechat && !inWechat && !/MicroMessenger/i.test(agent)) return html(outsidePage());
      const asked = read(world, req.query);
      if (typeof asked === 'string') return html(asked);
      const person = holderOf(world, req);
      if (asked.scope === 'snsapi_base' || asked.snapshot) return granted(world, codes, person, asked);
      const answer = consented(world, req);
      if (answer === 'ask') return html(consentPage({ appid: asked.app.appid, name: person.name }));
      return answer === 'allow' ? granted(world, codes, person, asked) : denied(world, asked);
    },
  };
}
