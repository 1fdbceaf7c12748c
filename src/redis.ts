/** `koa-wxpay/redis`: for `ioredis` and `redis` clients. */

export { redisTokenCache } from './client/token-cache.js';
export {
  type IoredisClient,
  type LeaseClaim,
  type LeaseStore,
  type LeaseTx,
  type NodeRedisClient,
  type Ready,
  type RedisLeasesOptions,
  type RedisOnceOptions,
  redisLeases,
  redisOnce,
} from './once/redis.js';
