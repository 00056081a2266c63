import WireProtocol

/// Which of the last 64 uses of one key were charged: bit n is number `highest - n`.
struct UseWindow {
  var highest: UInt64 = 0
  var charged: UInt64 = 0

  enum Verdict { case fresh, repeated, stale }

  /// Judges `number` and, when it is above the highest, makes it the highest.
  @inline(__always) mutating func judge(_ number: UInt64) -> Verdict {
    if number > highest {
      let distance = number - highest
      charged = distance > 63 ? 0 : charged << distance
      highest = number
      return .fresh
    }
    let age = highest - number
    guard age <= 63 else { return .stale }
    return charged >> age & 1 == 1 ? .repeated : .fresh
  }

  /// Notes that `number`, just judged fresh, was charged.
  @inline(__always) mutating func charge(_ number: UInt64) { charged |= 1 << (highest - number) }
}

/// A live lease: 128 bytes.
///
/// States, of those that are stored here: ACTIVE, LOW, THROTTLED (the lease is *running*), SUSPENDED, PENDING (both: *halted*). A lease that
/// ends becomes an `EndedLease`. What the money means is in LeaseTimeline.swift.
struct Lease: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Index of its resource.
  var resource: UInt32 = 0
  var keyHash = Bytes16()
  /// Purse of the owner's own money, settled up to the last touch.
  var own: UInt64 = 0
  /// Purse of given money.
  var given: UInt64 = 0
  /// Running: where the price period that runs began. SUSPENDED: since when. PENDING: 1.
  var segmentStart: UInt64 = 0
  /// Running: what was charged since `segmentStart`.
  var segmentCharged: UInt64 = 0
  /// Running: first instant of the new prices; 0: no switch is pending. SUSPENDED: first instant at which it is
  /// expired. PENDING: at which it failed.
  var switchAt: UInt64 = 0
  /// First instant, as the money lies now, at which its state or its price changes.
  var boundary: UInt64 = 0
  var epoch: UInt64 = 0
  var uses = UseWindow()
  var units: UInt32 = 0
  /// One more with each TRANSFER, from 1.
  var ownerGeneration: UInt32 = 0
  /// Running: which prices of the resource it has.
  var priceGeneration: UInt32 = 0
  /// First open reservation, the next to time out.
  var reservation: UInt32 = noIndex
  /// First debit key.
  var debitKey: UInt32 = noIndex
  /// Its state as the protocol numbers it: the record is kept in snapshots as it lies.
  private(set) var stateNumber = LeaseState.active.rawValue
  var flags: Flags = []
  var reservationCount: UInt8 = 0
  var debitKeyCount: UInt8 = 0

  struct Flags: OptionSet {
    let rawValue: UInt8
    /// Nobody owns it.
    static let open = Flags(rawValue: 1)
    /// The owner takes no gifts.
    static let giftsRefused = Flags(rawValue: 2)
    /// The segment that runs is charged at the throttled price, which is not the full one.
    static let throttledSegment = Flags(rawValue: 4)
    /// It has open hash chains.
    static let chained = Flags(rawValue: 8)
    /// An agent provisions it.
    static let served = Flags(rawValue: 16)
    /// That agent is lost.
    static let unattended = Flags(rawValue: 32)
  }

  /// Its state, of those that are stored here.
  var state: LeaseState {
    @inline(__always) get { LeaseState(rawValue: stateNumber) ?? .active }
    @inline(__always) set { stateNumber = newValue.rawValue }
  }

  /// Whether that is its state: cheaper than to read it.
  @inline(__always) func `is`(_ state: LeaseState) -> Bool { stateNumber == state.rawValue }

  /// Whether its state is one that a live lease can have.
  var hasStoredState: Bool {
    switch LeaseState(rawValue: stateNumber) {
    case .pending, .active, .low, .throttled, .suspended: true
    default: false
    }
  }

  /// Low 32 bits of the instant of its timer.
  var timer: UInt32 {
    get { nextFree }
    set { nextFree = newValue }
  }

  var isOpen: Bool { flags.contains(.open) }
  @inline(__always) var isSuspended: Bool { self.is(.suspended) }
  /// Whether nothing is charged: SUSPENDED or PENDING, whose numbers differ in one bit that no other state lacks.
  @inline(__always) var isHalted: Bool { stateNumber | 4 == LeaseState.suspended.rawValue }

  /// What its funders are told while it needs money; nil: it needs none.
  var need: NoticeKind? {
    switch state {
    case .low: .low
    case .throttled: .throttled
    case .suspended: .suspended
    default: nil
    }
  }
  /// Both purses. Money in being is bounded, so this does not overflow.
  var balance: UInt64 { own &+ given }
}

/// A lease that ended: 88 bytes, kept for 30 days with the refund that is due to its owner, or the note that it was paid as.
struct EndedLease: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Index of its resource in the low 24 bits; state, whether it was served, and openness above.
  private var resourceAndState: UInt32 = 0
  var keyHash = Bytes16()
  var refund: UInt64 = 0
  var epoch: UInt64 = 0
  /// When it ended.
  private(set) var endedAt: UInt64 = 0
  var ownerGeneration: UInt32 = 0
  /// First open reservation, the next to time out.
  var reservation: UInt32 = noIndex
  /// What RELEASE paid out last: amount (0: nothing), serial and key epoch of the note.
  var paid: UInt64 = 0
  var paidSerial: UInt64 = 0
  var paidKeyEpoch: UInt32 = 0
  /// Leaves no hole in the record.
  private let zero: UInt32 = 0

  init() {}

  init(_ lease: Lease, state: LeaseState, at instant: UInt64) {
    id = lease.id
    nextFree = lease.units
    resourceAndState =
      lease.resource | UInt32(state.rawValue) << 24 | (lease.isOpen ? 1 << 31 : 0)
      | (lease.flags.contains(.served) ? 1 << 30 : 0)
    keyHash = lease.keyHash
    epoch = lease.epoch
    ownerGeneration = lease.ownerGeneration
    reservation = lease.reservation
    endedAt = instant
  }

  var resource: UInt32 { resourceAndState & 0xFF_FFFF }
  /// Units that it had.
  var units: UInt32 { nextFree }
  /// First instant at which it is forgotten.
  var forgottenAt: UInt64 { endedAt + CoreLimits.endedMilliseconds }
  var isOpen: Bool { resourceAndState >> 31 == 1 }
  /// Whether an agent provisioned it.
  var isServed: Bool { resourceAndState >> 30 & 1 == 1 }
  /// How it ended.
  var state: LeaseState { LeaseState(rawValue: UInt8(resourceAndState >> 24 & 0x3F)) ?? .released }
}

/// Money held by RESERVE, in a list of its lease in the order of (until, id). It outlives its lease and its key.
struct Reservation: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// The next of the same lease.
  var next: UInt32 = noIndex
  var lease: UInt64 = 0
  var held: UInt64 = 0
  /// Part of `held` that was own money.
  var heldOwn: UInt64 = 0
  /// Price of a unit when it was made.
  var price: UInt64 = 0
  var quantityMax: UInt64 = 0
  /// First instant at which it is no more.
  var until: UInt64 = 0
  /// Who made it: the actor's authority, generation and id.
  private var makerAuthority: UInt32 = 0
  private var makerGeneration: UInt32 = 0
  private var makerID: UInt64 = 0

  /// Notes who makes it.
  mutating func setMaker(_ actor: Actor) {
    makerAuthority = UInt32(actor.authority.rawValue)
    makerGeneration = actor.generation
    makerID = actor.id
  }

  /// Whether `actor` made it.
  func isOf(_ actor: Actor) -> Bool {
    makerAuthority == UInt32(actor.authority.rawValue) && makerGeneration == actor.generation && makerID == actor.id
  }

  /// Debit key that made it; 0: the owner did.
  var debitKey: UInt64 { makerAuthority == UInt32(Authority.debitKey.rawValue) ? makerID : 0 }
}

/// A key that may debit a lease within limits, in a list of its lease.
struct DebitKey: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// The next of the same lease.
  var next: UInt32 = noIndex
  var keyHash = Bytes16()
  var lease: UInt64 = 0
  var perSecond: UInt64 = 0
  var total: UInt64 = 0
  var spent: UInt64 = 0
  /// The second (instant / 1000) that `spentInSecond` counts.
  var second: UInt64 = 0
  var spentInSecond: UInt64 = 0
  var uses = UseWindow()

  /// What it may still debit at `now`.
  func allowed(at now: UInt64) -> UInt64 {
    let inSecond = second == now / 1_000 ? spentInSecond : 0
    return min(total.subtractingSaturating(spent), perSecond.subtractingSaturating(inSecond))
  }

  /// Counts a debit.
  mutating func debit(_ amount: UInt64, at now: UInt64) {
    if second != now / 1_000 { (second, spentInSecond) = (now / 1_000, 0) }
    spent &+= amount
    spentInSecond &+= amount
  }
}
