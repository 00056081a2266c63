-- What USE does, in Redis: a use number is charged once, a lease's balance is debited if it suffices.
-- KEYS[1] the lease, a hash; ARGV[1] the use number, above all earlier ones. A lease that is new has a balance for the whole test.
local lease = redis.call('HMGET', KEYS[1], 'balance', 'use')
local balance = tonumber(lease[1]) or 1000000000
if lease[2] and lease[2] >= ARGV[1] then
  return redis.error_reply('CHARGED')
end
if balance < 1 then
  return redis.error_reply('INSUFFICIENT')
end
redis.call('HSET', KEYS[1], 'balance', balance - 1, 'use', ARGV[1])
return {1, balance - 1}
