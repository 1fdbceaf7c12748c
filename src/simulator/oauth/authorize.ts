import type { OAuthScope } from '../../core/oauth/authorize.js';
import { type App, kindOf } from '../accounts/app.js';
import type { Person } from '../accounts/person.js';
import { html } from '../http/answers.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { holderOf } from './holder.js';
import { consentPage, deniedPage, doublePage, errorPage, linkPage, outsidePage } from './pages.js';
import { returnAddress } from './return-address.js';

const PARAMETERS = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];
const STATE_BYTES = 128;

interface LoginRequest {
  app: App;
  redirect_uri: string;
  scope: OAuthScope;
  state: string | null;
  snapshot: boolean;
}

/** Reads a request in WeChat's order of checks, or returns the page that says what is wrong. */
function read({ apps, switches }: SimulatorState, query: URLSearchParams): LoginRequest | string {
  const { parameterOrder, errorPage: forced, snapshot } = switches.oauth;
  if (forced !== undefined) return errorPage(forced, '授权失败');
  const appid = query.get('appid');
  const redirect_uri = query.get('redirect_uri');
  const scope = query.get('scope');
  const state = query.get('state');
  if (!appid) return errorPage(10012, 'AppID 参数错误');
  if (!redirect_uri) return errorPage(10011, 'redirect_uri 参数错误');
  if (!scope) return errorPage(10010, 'Scope 参数错误或没有 Scope 权限');
  const app = apps.get(appid);
  if (!app) return errorPage(10012, 'AppID 参数错误');
  if (kindOf(app) !== 'officialAccount') return errorPage(10016, 'AppID 参数错误');
  if (!mayReturnTo(app, redirect_uri)) return errorPage(10003, 'redirect_uri 参数错误');
  if (!mayAskFor(app, scope)) return errorPage(10005, 'Scope 参数错误或没有 Scope 权限');
  if (query.get('response_type') !== 'code') return linkPage();
  if (state !== null && Buffer.byteLength(state) > STATE_BYTES) {
    return errorPage(10013, 'state 参数错误');
  }
  if (parameterOrder && !isInOrder(query)) return linkPage();
  const forceSnapshot = query.get('forceSnapShot') === 'true';
  return { app, redirect_uri, scope, state, snapshot: snapshot || forceSnapshot };
}

/** The setting is a host, without a port, or a host and a path. */
function mayReturnTo({ oauthDomain }: App, redirect_uri: string): boolean {
  if (!URL.canParse(redirect_uri)) return false;
  const { protocol, hostname, pathname } = new URL(redirect_uri);
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  if (oauthDomain === undefined) return true;
  const [host, ...path] = oauthDomain.split('/');
  const directory = path.length > 0 ? `/${path.join('/')}/` : '/';
  return hostname === host && `${pathname}/`.startsWith(directory);
}

const mayAskFor = ({ scopes = [] }: App, scope: string): scope is OAuthScope =>
  (scopes as readonly string[]).includes(scope);

function isInOrder(query: URLSearchParams): boolean {
  const names = [...query.keys()].filter((name) => PARAMETERS.includes(name));
  return names.join() === PARAMETERS.filter((name) => names.includes(name)).join();
}

const redirect = (location: string): SimAnswer => ({
  status: 302,
  headers: { Location: location, 'Cache-Control': 'no-store' },
});

function grant(
  { switches, codes }: SimulatorState,
  person: Person,
  { app, redirect_uri, scope, state, snapshot }: LoginRequest,
): SimAnswer {
  const callback = (): string => {
    const code = codes.issue({ appid: app.appid, person, scope, snapshot });
    return returnAddress(redirect_uri, { code, state });
  };
  return switches.oauth.doubleCallback
    ? html(doublePage(callback(), callback()))
    : redirect(callback());
}

const deny = ({ switches }: SimulatorState, { redirect_uri, state }: LoginRequest): SimAnswer =>
  switches.oauth.denied === 'stay'
    ? html(deniedPage())
    : redirect(returnAddress(redirect_uri, { state }));

function consentOf({ switches }: SimulatorState, req: SimRequest): 'ask' | 'allow' | 'deny' {
  if (req.method !== 'POST') return switches.oauth.consent;
  const form = new URLSearchParams(req.body.toString());
  return form.get('answer') === 'allow' ? 'allow' : 'deny';
}

const isWechat = ({ headers }: SimRequest): boolean =>
  /MicroMessenger/i.test(headers['user-agent']?.join(' ') ?? '');

/**
 * `/connect/oauth2/authorize`
 *
 * @param options.inWechat treats every browser as WeChat
 */
export function authorizeRoute(state: SimulatorState, { inWechat = false } = {}): Route {
  const handle = (req: SimRequest): SimAnswer => {
    if (state.switches.oauth.requireWechat && !inWechat && !isWechat(req)) {
      return html(outsidePage());
    }
    const request = read(state, req.query);
    if (typeof request === 'string') return html(request);
    const person = holderOf(state, req);
    const silent = request.scope === 'snsapi_base' || request.snapshot;
    if (silent) return grant(state, person, request);
    const consent = consentOf(state, req);
    if (consent === 'ask') {
      return html(consentPage({ appid: request.app.appid, name: person.name }));
    }
    return consent === 'allow' ? grant(state, person, request) : deny(state, request);
  };
  return { method: '*', path: '/connect/oauth2/authorize', handle };
}
