import { isIP } from 'node:net';
import type { SimRequest } from '../http/types.js';
import { ControlError } from './endpoint.js';

const LARGEST_BODY = 256 * 1024;
const NAME = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/;

/**
 * Refuses requests of foreign pages. A page that reaches the interface under its own name (DNS
 * rebinding) shows in `Host`, any other page in `Origin` or `Sec-Fetch-Site`.
 *
 * @param hosts names of this machine beyond addresses, `localhost` and names without a dot
 * @throws {ControlError} 403, 413, 415
 */
export function guard(req: SimRequest, hosts: readonly string[]): void {
  const { host, headers, secure, body } = req;
  if (!isOwnHost(host, hosts)) {
    throw new ControlError(
      403,
      `the host ${JSON.stringify(host)} is not known as this machine: use an address or ` +
        'localhost, or start with --allow-host',
    );
  }
  const origin = headers.origin?.join();
  if (origin !== undefined && origin !== `${secure ? 'https' : 'http'}://${host}`) {
    throw new ControlError(403, `pages of ${origin} may not use this interface`);
  }
  const site = headers['sec-fetch-site']?.join();
  if (site === 'cross-site' || site === 'same-site') {
    throw new ControlError(403, 'other pages may not use this interface');
  }
  if (body.length > LARGEST_BODY) {
    throw new ControlError(413, `the body is larger than ${LARGEST_BODY} bytes`);
  }
  // A page of another origin cannot send this content type without asking first.
  if (body.length > 0 && !/^application\/json\b/i.test(headers['content-type']?.join() ?? '')) {
    throw new ControlError(415, 'the content type must be application/json');
  }
}

/**
 * Whether nobody else can make a name lead here: an address is no name, and neither `localhost`,
 * names without a dot nor `.internal` can be registered.
 */
function isOwnHost(host: string, hosts: readonly string[]): boolean {
  const name = NAME.exec(host.toLowerCase())?.[1] ?? '';
  const bare = name.replace(/^\[|\]$/g, '');
  if (bare === '') return false;
  if (isIP(bare) > 0 || !bare.includes('.')) return true;
  return bare.endsWith('.localhost') || bare.endsWith('.internal') || hosts.includes(bare);
}
