import type { Context } from 'koa';
import { isIpAddress } from '../../util/ip-address.js';

/**
 * The address of the browser, as Koa knows it (`app.proxy` decides whether forwarded addresses count). Forwarded addresses are sent
 * by clients, so only what parses as an address is used. The request of an adapter may have no socket, without which Koa's `ctx.ip`
 * throws.
 */
export function clientIpOf(ctx: Context): { clientIp?: string } {
  const { socket } = ctx.req as Partial<typeof ctx.req>;
  const address = (socket ? [ctx.ip, socket.remoteAddress] : ctx.ips).map(plain).find(isIpAddress);
  return address ? { clientIp: address } : {};
}

const plain = (address = ''): string => address.replace(/^::ffff:(?=\d+\.)/, '');
