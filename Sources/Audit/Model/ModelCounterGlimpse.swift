import WireProtocol

/// A keyset whose counter is not known.
public struct CounterGlimpse: Hashable, Sendable {
  /// Number of the keyset.
  public var keyset: UInt32
  /// The first counter that the broker has not used itself.
  public var counter: UInt32
}

/// Units that are held for a payment in ecash.
public struct HoldGlimpse: Hashable, Sendable {
  /// The payment.
  public var payment: UInt64
  /// The resource, and how many of its units.
  public var resource: UInt64
  /// See `resource`.
  public var units: UInt32
  /// From when on they are free.
  public var end: UInt64
}

extension ReferenceModel {
  /// Whether a life may have been lost, and its operator has not accepted that.
  public var isRestoring: Bool { isInQuarantine }

  /// Numbers of the last lives that began after something may have been lost, the oldest first.
  public var lossIncarnations: [UInt32] { losses.suffix(AuditLimits.lossCountMax) }

  /// Payouts of a mint that waited when one of them began, and of which it is not known whether they were signed before.
  public func unaskedPayouts(at mint: UInt32) -> [UInt64] {
    pendingPayouts(at: mint).filter { !$0.isToBePaid }.map(\.id)
  }

  /// Whether a payment waited, and was not credited, when one of them began.
  public func isOfBefore(_ payment: UInt64) -> Bool { ecash[payment]?.isOfBefore ?? false }

  /// What is left of what was found at a mint, to make payments good that a lost life had swapped.
  public func leftToMakeGood(at mint: UInt32) -> Int128 { mints[mint]?.leftToMakeGood ?? 0 }

  /// Keysets of a mint whose counters are not known, in the order of their numbers.
  public func unknownCounters(at mint: UInt32) -> [CounterGlimpse] {
    keysets.filter { $0.value.terms.mint == mint && !$0.value.isCounterKnown }.sorted { $0.key < $1.key }.map {
      CounterGlimpse(keyset: $0.key, counter: $0.value.counter)
    }
  }

  /// The broker's own proofs of a keyset, in the order of their counters.
  public func coins(ofKeyset number: UInt32) -> [CoinGlimpse] {
    treasury.filter { $0.keyset == number }.sorted { $0.counter < $1.counter }.map { CoinGlimpse($0) }
  }

  /// Units that are held now.
  public var unitsHeld: [HoldGlimpse] {
    holds.filter { $0.end > now }.map {
      HoldGlimpse(payment: $0.payment, resource: $0.resource, units: $0.units, end: $0.end)
    }
  }

  /// The period of the key that ecash is locked to now: its start, in seconds, as far as 32 bits tell.
  public var lockPeriod: UInt64 {
    min(now / 1_000, UInt64(UInt32.max)) / AuditLimits.lockPeriodSeconds * AuditLimits.lockPeriodSeconds
  }
}
