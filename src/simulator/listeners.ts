import { h5Route } from './cashier/link-routes.js';
import { controlRoutes } from './control/index.js';
import { customRoute } from './custom/custom-route.js';
import { notSimulatedRoutes } from './custom/not-simulated.js';
import { type Host, type ListenOptions, listen } from './http/listen.js';
import { isOwnPath } from './http/own-path.js';
import { arrivedRequest, type Recorder, unloggedRecord } from './http/record.js';
import type { Route } from './http/types.js';
import { oauthRoutes } from './oauth/index.js';
import type { SimulatorOptions, TlsOptions } from './options.js';
import { pageRoutes } from './pages/routes.js';
import { type Phone, startPhone } from './phone/phone.js';
import type { SimulatorState } from './state.js';
import { authorityIn, createAuthority } from './tls/authority.js';
import { createIdentities } from './tls/identities.js';
import { v2Routes } from './v2/index.js';
import { v3Routes } from './v3/index.js';

/** The WeChat hosts over TLS. */
export interface TlsHost extends Host {
  /** The certificate to trust, PEM. */
  readonly ca: string;
}

/** All listeners of a simulator, and the routes of those of WeChat. */
export interface Listeners {
  primary: Host;
  backup: Host;
  tls?: TlsHost;
  phone: Phone;
  routes: Route[];
  /** Closes all of them. */
  stop(): Promise<void>;
}

/** Opens all listeners. When one of them fails, the others are closed. */
export async function openListeners(
  state: SimulatorState,
  options: SimulatorOptions,
): Promise<Listeners> {
  const { host = '127.0.0.1', port = 0, backupPort = 0 } = options;
  const routes = routesOf(state, options);
  const opened: Host[] = [];
  const opening = async <Listener extends Host>(listener: Promise<Listener>): Promise<Listener> => {
    opened.push(await listener);
    return listener;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map((listener) => listener.stop()));
  };
  const shared: ListenOptions = {
    host,
    faults: state.switches,
    recorder: recorderOf(state),
    beforeAnswer: () => state.storage.saved(),
  };
  try {
    const primary = await opening(listen(routes, { ...shared, role: 'primary', port }));
    const backup = await opening(listen(routes, { ...shared, role: 'backup', port: backupPort }));
    const tls = options.tls && (await opening(listenTls(state, routes, shared, options.tls)));
    const phone = await opening(startPhone(state, { host, ...options.phone }));
    Object.assign(state.urls, { primary: primary.url, backup: backup.url });
    if (tls) state.urls.tls = tls.url;
    state.phone = phone;
    return { primary, backup, ...(tls && { tls }), phone, routes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const routesOf = (state: SimulatorState, { routes = [] }: SimulatorOptions): Route[] => [
  ...routes.map(({ method, path, handler }) => customRoute(state, method, path, handler)),
  ...v2Routes(state),
  ...v3Routes(state),
  ...oauthRoutes(state),
  h5Route(state),
  ...controlRoutes(state),
  ...pageRoutes(state),
  ...notSimulatedRoutes(state),
];

/** The authority is that of the data folder, or one of this run. */
async function listenTls(
  { switches, storage }: SimulatorState,
  routes: readonly Route[],
  shared: ListenOptions,
  { port = 0, names = [] }: TlsOptions,
): Promise<TlsHost> {
  const { folder } = storage;
  const authority = folder === undefined ? createAuthority(names) : authorityIn(folder, names);
  const identityOf = createIdentities(authority, names);
  const tls = () => identityOf(switches.hosts.certificate);
  return { ...(await listen(routes, { ...shared, port, tls })), ca: authority.certificate };
}

/** Logs requests to WeChat, and not those to the simulator's own page and interface. */
function recorderOf({ clock, requests }: SimulatorState): Recorder {
  return {
    start: (req) =>
      isOwnPath(req.path) ? unloggedRecord(req) : requests.add(clock, arrivedRequest(req)),
    end: (record) => {
      if (record.id !== '') requests.done(record);
    },
  };
}
