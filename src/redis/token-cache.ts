import type { TokenCache } from '../core/account/token-cache.js';
import { commandOf, type IoredisClient, type NodeRedisClient } from './client.js';

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
