public import Cashu

/// The keys of all epochs that are recognized at an instant: what ecash is to be locked to, and what it may have been locked to.
///
/// Recognized are those that can have been this life's own, or of the 16 lives before it: from the period that the life began in to the
/// one that the next one did. They go back to the broker's beginning, and are `countMax` at most, whatever the clocks of those lives
/// said, the nearest in time first. Each key is derived once, as long as it is recognized. As to a lease's own key, which costs 100 us for
/// each of them to find, only the nearest are looked at, of 24 periods back.
public struct LockKeys: Sendable {
  /// Periods before this one, and after it where a clock was wrong, whose keys for leases are recognized.
  public static let leasePeriodCountMax: UInt32 = 24
  /// Restores whose keys are recognized.
  public static let lossCountMax = 16
  /// Keys.
  public static let countMax = 512
  /// Keys that are recognized for leases.
  public static let leaseCountMax = 64

  struct Entry: Sendable {
    let epoch: LockEpoch
    let key: LockKey
  }

  /// Epoch of the key that is told.
  public let epoch: LockEpoch
  /// The nearest to it first.
  let entries: [Entry]
  /// So many of the first are looked at for leases.
  let leaseCount: Int

  /// The keys that are recognized.
  ///
  /// - Parameters:
  ///   - losses: Incarnations of restores that lost something, the last one last.
  ///   - since: When the broker began (GENESIS), in seconds since 1970.
  ///   - period: Start of this period.
  ///   - known: Keys that were derived before, of the same secrets.
  public init(of keys: EcashKeys, losses: [UInt32], since: UInt32, period: UInt32, known: LockKeys? = nil) {
    epoch = LockEpoch(life: losses.last ?? 0, period: period)
    let epochs = Self.recognized(Array(losses.suffix(Self.lossCountMax)), since: since, period: period)
    entries = epochs.compactMap { epoch in
      (known?.key(of: epoch) ?? keys.lockKey(of: epoch)).map { Entry(epoch: epoch, key: $0) }
    }
    let near = entries.prefix {
      $0.epoch.distance(to: period) <= Self.leasePeriodCountMax * LockEpoch.periodSeconds
    }
    leaseCount = min(near.count, Self.leaseCountMax)
  }

  /// The key that is told: what ecash is to be locked to from now on. Nil, as for one in 2^128: there is none.
  public var current: CompressedPoint? { key(of: epoch)?.publicKey }

  /// How many keys are recognized.
  public var count: Int { entries.count }

  /// The key of an epoch, if it is recognized.
  func key(of epoch: LockEpoch) -> LockKey? { entries.first { $0.epoch == epoch }?.key }

  /// Epochs that are recognized.
  private static func recognized(_ losses: [UInt32], since: UInt32, period: UInt32) -> ArraySlice<LockEpoch> {
    let seconds = LockEpoch.periodSeconds
    let now = period / seconds
    // What is told of later ones a clock said that was wrong.
    let first = max(min(since / seconds, now), now - min(now, UInt32(countMax)))
    let last = min(now + leasePeriodCountMax, UInt32.max / seconds)
    var epochs: [LockEpoch] = []
    for (life, end) in zip([0] + losses, losses.map { $0 / seconds } + [now]) {
      let (begin, end) = (max(first, min(life / seconds, end)), min(end, last))
      guard begin <= end else { continue }
      epochs += (begin...end).map { LockEpoch(life: life, period: $0 * seconds) }
    }
    return epochs.sorted { one, other in
      let distances = (one.distance(to: period), other.distance(to: period))
      return distances.0 != distances.1 ? distances.0 < distances.1 : other.isBefore(one)
    }.prefix(countMax)
  }
}
