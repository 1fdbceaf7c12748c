/** `koa-wxpay/redis`: for clients of `ioredis` and of `redis`. */

export type { IoredisClient, NodeRedisClient } from './client.js';
export { type Ready, type RedisLeasesOptions, type RedisOnceOptions, redisLeases, redisOnce } from './once.js';
export { redisTokenCache } from './token-cache.js';
