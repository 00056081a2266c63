import WireProtocol

/// The terms that a live lease keeps until its switch: price and thresholds of one announcement.
struct Prices: Hashable {
  var price: UInt64
  var period: UInt64
  var throttledPrice: UInt64
  var low: UInt64
  var throttle: UInt64
  var grace: UInt64

  init(_ terms: Terms) {
    price = terms.price
    period = terms.period
    throttledPrice = terms.throttledPrice
    low = terms.low
    throttle = terms.throttle
    grace = terms.grace
  }

  /// Of a free slot.
  init() { (price, period, throttledPrice, low, throttle, grace) = (1, 1, 1, 0, 0, 0) }
}

/// The current prices of a resource and the ones before them.
///
/// A lease names its prices by `generation`: the current one, or the one before while it has not switched.
struct PriceHistory {
  var current: Prices
  var previous: Prices
  /// When `current` was announced.
  var announcedAt: UInt64
  /// Number of the current prices; one more with each announcement.
  var generation: UInt32
  /// Leaves no hole in the record.
  private let zero: UInt32 = 0

  init(current: Prices, previous: Prices, announcedAt: UInt64, generation: UInt32) {
    self.current = current
    self.previous = previous
    self.announcedAt = announcedAt
    self.generation = generation
  }
}

/// What money buys from `start` on: one rate until the instant before `switchAt`, the last that is paid at it, then another.
///
/// `rate` is the amount per `period` for all units of the lease. Amounts count from `start`.
struct Course {
  var start: UInt64
  var rate: UInt64
  var period: UInt64
  /// First instant at the next rate; `UInt64.max`: never. Time from the instant before it on costs the next rate.
  var switchAt: UInt64
  var nextRate: UInt64
  var nextPeriod: UInt64

  /// The first rate for ever.
  init(start: UInt64, rate: UInt64, period: UInt64) {
    self.start = start
    self.rate = rate
    self.period = period
    (switchAt, nextRate, nextPeriod) = (.max, 1, 1)
  }

  /// Charge from `start` to `instant`, both within the first stretch.
  @inline(__always) func charge(through instant: UInt64) -> UInt64 {
    Ratio.ceiling(rate, instant.subtractingSaturating(start), over: period)
  }

  /// Last instant whose charge `funds` covers, as if the first rate never ended.
  @inline(__always) func firstDeadline(of funds: UInt64) -> UInt64 {
    min(start.addingSaturating(Ratio.floor(funds, period, over: rate)), CoreLimits.instantMax)
  }

  /// Last instant whose charge `funds` covers.
  @inline(__always) func deadline(of funds: UInt64) -> UInt64 {
    let first = firstDeadline(of: funds)
    let last = switchAt - 1
    guard first >= last else { return first }
    let rest = funds.subtractingSaturating(charge(through: last))
    return min(last.addingSaturating(Ratio.floor(rest, nextPeriod, over: nextRate)), CoreLimits.instantMax)
  }

  /// Least funds whose deadline is not before `instant`, which is not before `start`.
  @inline(__always) func funds(through instant: UInt64) -> UInt64 {
    let last = switchAt - 1
    guard instant > last else { return charge(through: instant) }
    return charge(through: last).addingSaturating(Ratio.ceiling(nextRate, instant - last, over: nextPeriod))
  }

  /// Greatest funds whose deadline is not after `instant`.
  @inline(__always) func fundsMax(through instant: UInt64) -> UInt64 {
    funds(through: instant + 1).subtractingSaturating(1)
  }
}
