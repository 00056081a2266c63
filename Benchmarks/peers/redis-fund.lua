-- What FUND does, in Redis: a note is taken once, its amount is credited to a lease, the deadline moves, the lease expires then.
-- KEYS[1] the lease, a hash; ARGV[1] the note's serial, which was never used. A note is worth a second of one unit of money.
-- The bitmap of spent serials would be sparse with serials as these: a set of them is what is usual.
if redis.call('SADD', 'spent', ARGV[1]) == 0 then
  return redis.error_reply('SPENT')
end
local balance = redis.call('HINCRBY', KEYS[1], 'balance', 1)
local deadline = redis.call('HINCRBY', KEYS[1], 'deadline', 1000)
redis.call('PEXPIRE', KEYS[1], 86400000 + deadline)
return {balance, deadline}
