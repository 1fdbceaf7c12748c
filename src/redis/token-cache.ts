import type { TokenCache } from '../core/account/token-cache.js';
import { matching, readOptions, withDefault } from '../util/options.js';
import { commandOf, type IoredisClient, type NodeRedisClient } from './client.js';

const RULES = { prefix: withDefault(matching(/^/, 'a string'), 'koa-wxpay:') };

/**
 * A cache of access tokens and JS-SDK tickets that many machines share. It holds the account's
 * access token in clear text, so that only the shop may have access to this Redis.
 *
 * @param client a connected client of `ioredis` or of `redis`
 * @param options `prefix` stands before every key, and is `'koa-wxpay:'` by default
 * @throws {TypeError} for a client of neither library, and for a wrong option
 * @example
 * const cache = redisTokenCache(new Redis(process.env.REDIS_URL));
 * app.use(wxJsConfig({ appid, secret, origin: 'https://shop.example', cache }));
 */
export function redisTokenCache(
  client: IoredisClient | NodeRedisClient,
  options: { prefix?: string } = {},
): TokenCache {
  const { prefix } = readOptions('redisTokenCache', options, RULES);
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
