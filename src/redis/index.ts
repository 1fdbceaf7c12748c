/** `koa-wxpay/redis`: for `ioredis` and `redis` clients. */

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
} from './once.js';
export { redisTokenCache } from './token-cache.js';
