-- What USE does, in Redis: a use number is charged once, a lease's balance is debited if it suffices.
-- KEYS[1] the lease, a hash that ends with its deadline; ARGV[1] the use number, 16 hexadecimal digits, above all earlier ones.
local call, lease, number = redis.call, KEYS[1], ARGV[1]
local state = call('HMGET', lease, 'balance', 'use')
local balance = tonumber(state[1])
if not balance then
  return redis.error_reply('UNKNOWN')
end
if state[2] >= number then
  return redis.error_reply('CHARGED')
end
if balance < 1 then
  return redis.error_reply('INSUFFICIENT')
end
call('HSET', lease, 'balance', balance - 1, 'use', number)
return {1, balance - 1}
