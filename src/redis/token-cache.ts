import type { TokenCache } from '../client/account/token-cache.js';

/** What is asked of a client of `ioredis`. */
interface IoredisClient {
  call(command: string, args: string[]): Promise<unknown>;
}

/** What is asked of a client of `redis` (node-redis). */
interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/**
 * A cache that many machines share. The Redis holds the account's access token in the clear: keep strangers out of it.
 *
 * @param client a connected client of `ioredis` or of `redis`
 * @param options `prefix` stands before every key; `'koa-wxpay:'` by default
 * @throws TypeError when the client is neither
 * @example
 * const cache = redisTokenCache(new Redis(process.env.REDIS_URL));
 * app.use(wxJsConfig({ appid, secret, origin: 'https://shop.example', cache }));
 */
export function redisTokenCache(
  client: IoredisClient | NodeRedisClient,
  { prefix = 'koa-wxpay:' }: { prefix?: string } = {},
): TokenCache {
  const send = commandOf(client);
  return {
    async get(key) {
      const value = await send(['GET', prefix + key]);
      return value === null ? null : String(value);
    },
    set: (key, value, lifetime) => send(['SET', prefix + key, value, 'PX', String(lifetime)]),
    claim: async (key, lifetime) =>
      (await send(['SET', `${prefix}claim:${key}`, '1', 'PX', String(lifetime), 'NX'])) !== null,
    release: (key) => send(['DEL', `${prefix}claim:${key}`]),
  };
}

function commandOf(client: IoredisClient | NodeRedisClient): (args: [string, ...string[]]) => Promise<unknown> {
  // ioredis has a sendCommand too, which takes something else
  if (typeof (client as IoredisClient)?.call === 'function') {
    return ([command, ...args]) => (client as IoredisClient).call(command, args);
  }
  if (typeof (client as NodeRedisClient)?.sendCommand === 'function') {
    return (args) => (client as NodeRedisClient).sendCommand(args);
  }
  throw new TypeError('redisTokenCache takes a client of "ioredis" or of "redis"');
}
