import WireProtocol

/// How a resource's revenue is split between its provider, those of the provider's table, and investors.
///
/// Booking revenue of a resource that others share adds to one number, `Resource.unsplit`; it is split when somebody wants his part,
/// and by ADVANCE. Every recipient's part is exact to the millionth of a unit, which is carried, so it does not matter when that is.
extension StateMachine {
  // MARK: Commands

  /// SPLIT REVENUE: a new table.
  mutating func splitRevenue(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = SplitRevenueCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    fireAllDue()
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    let owner = providers[resources[resource].provider].id
    guard owner == command.provider else { return .refused(.notAuthorized) }
    var (sum, newCount) = (UInt64(0), UInt32(0))
    for record in 0..<view.recordCount {
      guard let share = RevenueShare(bytes, at: view.recordOffset(record)) else { return .refused(.malformed) }
      guard share.perMillion > 0, share.provider > 0, share.provider != owner else {
        return .refused(.quantityInvalid)
      }
      for earlier in 0..<record {
        guard let other = RevenueShare(bytes, at: view.recordOffset(earlier)), other.provider != share.provider else {
          return .refused(.quantityInvalid)
        }
      }
      sum += UInt64(share.perMillion)
      if providerIndex(share.provider) == nil { newCount += 1 }
    }
    let available = UInt64(1_000_000 - offeredShare(of: resource))
    guard sum <= available else { return .refused(.sharesExceeded, detail: available) }
    guard providers.count + newCount <= providers.capacity else { return .refused(.noSpace) }
    settleRevenue(of: resource)
    removeRecipients(of: resource)
    for record in 0..<view.recordCount {
      guard let share = RevenueShare(bytes, at: view.recordOffset(record)),
        let provider = providerIndex(share.provider) ?? addProvider(share.provider)
      else { continue }
      fundings[resource].revenue.add(provider, share.perMillion)
    }
    restateShared(resource)
    SplitRevenueReply(left: available - sum).write(to: &reply)
    return .ok(.none, replyByteCount: SplitRevenueReply.byteCount)
  }

  /// What the offerings of a resource that are at work may take of its revenue, in millionths.
  func offeredShare(of resource: UInt32) -> UInt32 {
    var sum: UInt32 = 0
    forEachOffering(of: resource) { if offerings[$0].isAtWork { sum += offerings[$0].shareMax } }
    return sum
  }

  // MARK: Splitting

  /// Splits what was booked since the last time.
  mutating func settleRevenue(of resource: UInt32) {
    let booked = resources[resource].unsplit - fundings[resource].revenue.waiting
    guard booked > 0 else { return }
    let owner = resources[resource].provider
    var parts = UInt128(booked) * 1_000_000
    for recipient in 0..<fundings[resource].revenue.count {
      let (provider, share) = fundings[resource].revenue.share(of: recipient, in: booked)
      parts -= UInt128(booked) * UInt128(fundings[resource].revenue[recipient].perMillion)
      providers[provider].earnings += share
      resources[resource].unsplit -= share
    }
    var next = fundings[resource].firstOffering
    while next != noIndex {
      let index = next
      next = offerings[index].next
      guard offerings[index].state == .sharing else { continue }
      let (taken, left, offered) = offerings[index].take(booked)
      parts -= offered
      resources[resource].unsplit -= taken
      move(taken, .earnings, .investors, of: resource, for: offerings[index].id)
      move(left, .investors, .earnings, of: resource, for: offerings[index].id)
      providers[owner].earnings += left
    }
    let share = fundings[resource].revenue.ownersShare(parts)
    providers[owner].earnings += share
    resources[resource].unsplit -= share
    fundings[resource].revenue.waiting = resources[resource].unsplit
  }

  /// Notes that a resource that others share has revenue to split.
  mutating func queueRevenue(of resource: UInt32) {
    resources[resource].isQueued = true
    if firstUnsplit == noIndex { firstUnsplit = resource } else { fundings[lastUnsplit].nextUnsplit = resource }
    lastUnsplit = resource
  }

  /// Whether one ADVANCE does not split all that was booked.
  var hasUnsplitBacklog: Bool {
    var (next, left) = (firstUnsplit, CoreLimits.advanceSplitCountMax)
    while next != noIndex, left > 0 {
      next = fundings[next].nextUnsplit
      left -= 1
    }
    return next != noIndex
  }

  /// Splits what was booked, of so many resources at most.
  mutating func splitRevenue(ofAtMost countMax: Int = .max) {
    var left = countMax
    while firstUnsplit != noIndex, left > 0 {
      let resource = firstUnsplit
      firstUnsplit = fundings[resource].nextUnsplit
      fundings[resource].nextUnsplit = noIndex
      if firstUnsplit == noIndex { lastUnsplit = noIndex }
      resources[resource].isQueued = false
      settleRevenue(of: resource)
      left -= 1
    }
  }

  /// An offering as it is when all that was booked is split.
  func settled(_ index: UInt32) -> Offering {
    var offering = offerings[index]
    guard offering.state == .sharing else { return offering }
    _ = offering.take(resources[offering.resource].unsplit - fundings[offering.resource].revenue.waiting)
    return offering
  }

  /// What investors have got of revenue that was booked and is not split.
  var unsplitOfInvestors: UInt64 {
    var sum: UInt64 = 0
    var next = firstUnsplit
    while next != noIndex {
      forEachOffering(of: next) { sum &+= settled($0).taken &- offerings[$0].taken }
      next = fundings[next].nextUnsplit
    }
    return sum
  }

  // MARK: Recipients

  /// Takes all out of a table; what is settled stays theirs.
  private mutating func removeRecipients(of resource: UInt32) {
    for recipient in 0..<fundings[resource].revenue.count {
      carry(fundings[resource].revenue[recipient].remainder, of: resource)
    }
    fundings[resource].revenue.removeAll()
  }

  /// The remainder of a recipient that goes is its provider's.
  mutating func carry(_ remainder: UInt32, of resource: UInt32) {
    let units = fundings[resource].revenue.ownersShare(UInt128(remainder))
    providers[resources[resource].provider].earnings += units
    resources[resource].unsplit -= units
    fundings[resource].revenue.waiting -= units
  }

  /// Notes whether others share the revenue of a resource, whose revenue is settled.
  mutating func restateShared(_ resource: UInt32) {
    var isShared = fundings[resource].revenue.count > 0
    forEachOffering(of: resource) { if offerings[$0].state == .sharing { isShared = true } }
    resources[resource].isShared = isShared
  }
}

/// A provider's table of one resource.
struct RevenueTable {
  /// Somebody who gets a share.
  struct Recipient {
    /// Index of the provider.
    var provider: UInt32 = 0
    var perMillion: UInt32 = 0
    /// Millionths of a unit that it has not got yet.
    var remainder: UInt32 = 0
    /// Leaves no hole in the record.
    private let zero: UInt32 = 0

    init() {}
    init(provider: UInt32, perMillion: UInt32) { (self.provider, self.perMillion) = (provider, perMillion) }
  }

  private var recipients = InlineArray<4, Recipient>(repeating: Recipient())
  private var storedCount: UInt32 = 0
  /// Millionths of a unit that the resource's own provider has not got yet.
  private(set) var ownersRemainder: UInt32 = 0
  /// Whole units that all remainders make, and nobody has got.
  var waiting: UInt64 = 0

  var count: Int { Int(storedCount) }
  /// What all of the table get together, in millionths.
  var perMillion: UInt32 {
    var sum: UInt32 = 0
    for index in 0..<count { sum += recipients[index].perMillion }
    return sum
  }

  /// Whether its numbers are such as its arithmetic takes for granted.
  var isSound: Bool {
    guard storedCount <= UInt32(WireLimits.revenueShareCountMax), ownersRemainder < 1_000_000 else { return false }
    for index in 0..<count where recipients[index].remainder >= 1_000_000 || recipients[index].perMillion > 1_000_000 {
      return false
    }
    return true
  }

  subscript(index: Int) -> Recipient { recipients[index] }

  mutating func add(_ provider: UInt32, _ perMillion: UInt32) {
    recipients[count] = Recipient(provider: provider, perMillion: perMillion)
    storedCount += 1
  }

  mutating func removeAll() {
    recipients = InlineArray(repeating: Recipient())
    storedCount = 0
  }

  /// What recipient number `index` gets of revenue.
  mutating func share(of index: Int, in revenue: UInt64) -> (provider: UInt32, share: UInt64) {
    let parts = UInt128(revenue) * UInt128(recipients[index].perMillion)
    return (recipients[index].provider, Millionths.whole(parts, carrying: &recipients[index].remainder))
  }

  /// What the resource's own provider gets of so many millionths.
  mutating func ownersShare(_ parts: UInt128) -> UInt64 { Millionths.whole(parts, carrying: &ownersRemainder) }
}

/// Millionths of a unit of money.
enum Millionths {
  /// Whole units of `parts` millionths and the `remainder`, which is what is left of them then.
  static func whole(_ parts: UInt128, carrying remainder: inout UInt32) -> UInt64 {
    let (units, left) = (parts + UInt128(remainder)).quotientAndRemainder(dividingBy: 1_000_000)
    remainder = UInt32(truncatingIfNeeded: left)
    // Parts of money in being, which is bounded.
    return UInt64(truncatingIfNeeded: units)
  }
}
