import type { SimRequest } from './types.js';

/** Whether a listener on this host is reached under every address of the machine. */
export const isEveryAddress = (host: string): boolean => ['0.0.0.0', '::', '[::]'].includes(host);

/** The host by which a listener on this address is reached: `0.0.0.0` is not an address of one. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::' || host === '[::]') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The origin that a request was sent to, as its client can reach it. */
export function originOf({ secure, host }: Pick<SimRequest, 'secure' | 'host'>): string {
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host) ?? [];
  return `${secure ? 'https' : 'http'}://${reachableHost(name)}${port}`;
}
