-- Makes leases before the runs, as a broker has them. ARGV: the first, the last, their deadline in milliseconds, their balance.
for number = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local lease = string.format('lease:%016x', number)
  redis.call('HSET', lease, 'balance', ARGV[4], 'use', '0000000000000000')
  redis.call('PEXPIREAT', lease, ARGV[3])
end
