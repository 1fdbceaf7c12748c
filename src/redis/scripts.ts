/**
 * One atomic script for each operation on one hash with the fields `state` (held, free, done),
 * `fingerprint`, `fence`, `attempt` and `until` (milliseconds since 1970 by the server's clock).
 * Each script can be sent twice, because clients repeat what a broken connection left unanswered.
 */

const NOW = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/**
 * ARGV: fingerprint, milliseconds of the lease, random part of the fence, milliseconds to keep the
 * key.
 */
export const CLAIM = `${NOW}
local entry = redis.call('HMGET', KEYS[1], 'state', 'fingerprint', 'fence', 'attempt', 'until')
local state, attempt = entry[1], tonumber(entry[4] or 0)
if state == 'done' then
  if entry[2] == ARGV[1] then return {'done'} end
  return {'conflict', entry[2]}
end
if state == 'held' and entry[3] == attempt .. '-' .. ARGV[3] then return {'acquired', entry[3], tostring(attempt)} end
if state == 'held' and tonumber(entry[5]) > now then
  return {'busy', string.format('%.0f', tonumber(entry[5]) - now)}
end
attempt = attempt + 1
local fence = attempt .. '-' .. ARGV[3]
redis.call('HSET', KEYS[1], 'state', 'held', 'fingerprint', ARGV[1], 'fence', fence, 'attempt', attempt,
  'until', string.format('%.0f', now + tonumber(ARGV[2])))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'acquired', fence, tostring(attempt)}`;

/** ARGV: fence, milliseconds of the lease. */
export const RENEW = `${NOW}
local entry = redis.call('HMGET', KEYS[1], 'state', 'fence')
if entry[1] ~= 'held' or entry[2] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + tonumber(ARGV[2])))
return 1`;

/** ARGV: fence, milliseconds to keep the key. */
export const COMPLETE = `local entry = redis.call('HMGET', KEYS[1], 'state', 'fence')
if entry[2] ~= ARGV[1] then return 0 end
if entry[1] == 'done' then return 1 end
if entry[1] ~= 'held' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'done')
redis.call('HDEL', KEYS[1], 'until')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

/** ARGV: fence, reason. */
export const RELEASE = `local entry = redis.call('HMGET', KEYS[1], 'state', 'fence')
if entry[1] ~= 'held' or entry[2] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', 'free', 'reason', ARGV[2])
redis.call('HDEL', KEYS[1], 'until')
return 1`;
