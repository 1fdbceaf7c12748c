/** Whether an address leads to this machine, where no one else can listen in. */
export const isLoopback = ({ hostname }: URL): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);

/**
 * Checks the address of a host that is called, and returns it without a trailing slash. It must be
 * https. Plain http is allowed for loopback addresses, and with `allowHttp` for other addresses
 * outside production.
 *
 * @throws {TypeError} names the option, in quotes, and what would be right
 */
export function resolveHost(name: string, value: unknown, allowHttp = false): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new TypeError(`"${name}" must be an https address without query, fragment or user`);
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    if (process.env.NODE_ENV === 'production') throw new TypeError(`"${name}" must be https in production`);
    if (!allowHttp) throw new TypeError(`"${name}" must be https; towards a simulator elsewhere set allowHttp: true`);
  }
  return url.href.replace(/\/+$/, '');
}
