import WireProtocol

/// Units of a resource that an ACQUIRE which waits for its mint keeps from others.
struct UnitHold {
  /// Instant at which they are free.
  var until: UInt64 = 0
  /// Index of the resource.
  var resource: UInt32 = 0
  /// 0: it holds none.
  var units: UInt32 = 0
  /// The payments that began to hold units right before this one, and right after it.
  var previous: UInt32 = noIndex
  var next: UInt32 = noIndex
}

/// Units that are held: by payments in one list, in the order in which they began to. All are held for the same time, so
/// the first in the list is the first that ends.
extension StateMachine {
  /// An ACQUIRE that waits from now on holds its units, where the resource says so and no more than a tenth of all are held
  /// with them.
  mutating func holdUnits(_ bytes: RawSpan, _ view: CommandView, for index: UInt32) {
    guard view.header.kind == .acquire, let command = AcquireCommand(bytes, at: view.fixedOffset),
      let resource = resourceIndex(command.resource), resources[resource].policy.contains(.unitsHeld)
    else { return }
    let held = UInt64(resources[resource].unitsHeld) + UInt64(command.units)
    guard held <= UInt64(resources[resource].units / CoreLimits.unitsForOneHeld) else { return }
    resources[resource].unitsHeld += command.units
    let last = ecash.lastHold
    ecash.entries[index].hold = UnitHold(
      until: now + CoreLimits.unitsHeldMilliseconds, resource: resource, units: command.units, previous: last)
    if last == noIndex { ecash.firstHold = index } else { ecash.entries[last].hold.next = index }
    ecash.lastHold = index
  }

  /// A payment that held units does so no longer.
  mutating func endHold(of index: UInt32) {
    let hold = ecash.entries[index].hold
    guard hold.units > 0 else { return }
    let (before, after) = (hold.previous, hold.next)
    if before == noIndex { ecash.firstHold = after } else { ecash.entries[before].hold.next = after }
    if after == noIndex { ecash.lastHold = before } else { ecash.entries[after].hold.previous = before }
    resources[hold.resource].unitsHeld -= hold.units
    ecash.entries[index].hold = UnitHold()
  }

  /// What was held until this instant, or one before it, is free.
  mutating func endHolds(through instant: UInt64) {
    while ecash.firstHold != noIndex, ecash.entries[ecash.firstHold].hold.until <= instant {
      endHold(of: ecash.firstHold)
    }
  }

  /// What is wrong with the list of holds, or with what resources say that is held; nil: nothing.
  func checkHolds() -> String? {
    var units = [UInt32](repeating: 0, count: Int(resources.count))
    var (index, last, count, until) = (ecash.firstHold, noIndex, UInt32(0), now + 1)
    while index != noIndex {
      guard Self.isUsed(index, in: ecash.entries), count < ecash.entries.count else {
        return "ecash: the list of held units is broken"
      }
      let (entry, hold) = (ecash.entries[index], ecash.entries[index].hold)
      guard entry.kind == CommandKind.acquire.rawValue, entry.outcome == nil, hold.previous == last, hold.units > 0,
        hold.until >= until, hold.until <= now + CoreLimits.unitsHeldMilliseconds,
        Self.isUsed(hold.resource, in: resources)
      else { return "payment \(entry.id) holds units wrongly" }
      let (sum, overflow) = units[Int(hold.resource)].addingReportingOverflow(hold.units)
      guard !overflow else { return "payment \(entry.id) holds too many units" }
      units[Int(hold.resource)] = sum
      (last, index, count, until) = (index, hold.next, count + 1, hold.until)
    }
    guard last == ecash.lastHold else { return "ecash: the list of held units has no end" }
    for index in 0..<ecash.entries.highWater where ecash.entries[index].hold.units > 0 { count &-= 1 }
    guard count == 0 else { return "ecash: units are held for ever" }
    for index in 0..<resources.count where resources[index].unitsHeld != units[Int(index)] {
      return "resource \(resources[index].id): held are \(resources[index].unitsHeld) units, not \(units[Int(index)])"
    }
    return nil
  }
}
