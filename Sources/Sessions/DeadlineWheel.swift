/// Wake-ups of connections: for each at most one instant, in slots of `tickMilliseconds`.
///
/// A wake-up comes at or after its instant, less than a tick late; an instant beyond the horizon comes early, and is set anew by
/// its owner, who judges on waking what is due. Setting and cancelling cost a constant, so does a turn in which nothing is due.
struct DeadlineWheel {
  static let tickMilliseconds: UInt64 = 64
  /// Slots: the horizon is `slotCount * tickMilliseconds`, a little over two minutes.
  static let slotCount = 2_048

  private static let none: Int32 = -1

  /// First member of each slot's list.
  private var heads: [Int32]
  private var next: [Int32]
  private var previous: [Int32]
  /// Tick at which each member wakes; 0: not set.
  private var ticks: [UInt64]
  /// Everything before this tick has been taken.
  private var currentTick: UInt64
  /// No wake-up is set before this tick.
  private var earliestTick = UInt64.max
  private(set) var count = 0

  init(memberCountMax: Int, now: UInt64) {
    heads = Array(repeating: Self.none, count: Self.slotCount)
    next = Array(repeating: Self.none, count: memberCountMax)
    previous = Array(repeating: Self.none, count: memberCountMax)
    ticks = Array(repeating: 0, count: memberCountMax)
    currentTick = max(1, now / Self.tickMilliseconds)
  }

  /// Lower bound of the next wake-up; nil when none is set.
  var nextInstant: UInt64? { count == 0 ? nil : earliestTick &* Self.tickMilliseconds }

  /// Makes `member` wake at `instant`, unless it wakes earlier anyway.
  mutating func set(_ member: Int, at instant: UInt64) {
    let (rounded, overflow) = instant.addingReportingOverflow(Self.tickMilliseconds - 1)
    let wanted = overflow ? UInt64.max : rounded / Self.tickMilliseconds
    let tick = min(max(wanted, currentTick), currentTick + UInt64(Self.slotCount) - 1)
    if ticks[member] != 0 {
      if ticks[member] <= tick { return }
      cancel(member)
    }
    let slot = Int(tick % UInt64(Self.slotCount))
    let head = heads[slot]
    next[member] = head
    previous[member] = Self.none
    if head != Self.none { previous[Int(head)] = Int32(member) }
    heads[slot] = Int32(member)
    ticks[member] = tick
    count += 1
    earliestTick = min(earliestTick, tick)
  }

  /// Unsets `member`'s wake-up, if it has one.
  mutating func cancel(_ member: Int) {
    guard ticks[member] != 0 else { return }
    let (before, after) = (previous[member], next[member])
    if before == Self.none {
      heads[Int(ticks[member] % UInt64(Self.slotCount))] = after
    } else {
      next[Int(before)] = after
    }
    if after != Self.none { previous[Int(after)] = before }
    ticks[member] = 0
    count -= 1
  }

  /// Unsets and returns one member whose instant has come; nil when there is none (left).
  mutating func nextDue(now: UInt64) -> Int? {
    let nowTick = now / Self.tickMilliseconds
    guard count > 0 else {
      currentTick = max(currentTick, nowTick)
      earliestTick = .max
      return nil
    }
    if earliestTick > nowTick { return nil }
    // All that are set lie within one lap of `currentTick`, so a look at each slot finds the first.
    var tick = max(earliestTick, currentTick)
    while true {
      let head = heads[Int(tick % UInt64(Self.slotCount))]
      if head != Self.none {
        earliestTick = tick
        currentTick = max(currentTick, min(tick, nowTick))
        if tick > nowTick { return nil }
        cancel(Int(head))
        return Int(head)
      }
      tick += 1
    }
  }
}
