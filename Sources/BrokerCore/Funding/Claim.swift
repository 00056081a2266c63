import WireProtocol

/// What a funder holds: 160 bytes. Whoever has its key has the money that becomes due on it.
///
/// A *pledge* or an *investment* belongs to a campaign or an offering, lies in its list, and has its state; a *bid* belongs to an
/// auction, lies in its list, and has a state of its own. A *schedule* and a *match* have an event of their own: the next instalment, the end, and some time after that the forgetting.
struct Claim: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Its kind and state as the protocol numbers them: the record is kept in snapshots as it lies.
  private var kindNumber: UInt8 = 0
  private var stateNumber: UInt8 = 0
  private let zero0: UInt16 = 0
  var keyHash = Bytes16()
  /// Index of its resource.
  var resource: UInt32 = 0
  /// Of a pledge, an investment or a bid: index of its campaign, offering or auction; else `noIndex`.
  private(set) var parent: UInt32 = noIndex
  /// The next claim of the campaign, offering or auction, or the next open matching deposit of the resource.
  var next: UInt32 = noIndex
  /// Of a schedule: instalments that were paid.
  var paidCount: UInt32 = 0
  /// What was put in.
  var amount: UInt64 = 0
  /// Of it, still at work; of a pledge or an investment, not collected as a refund; of a bid, held by its auction.
  var left: UInt64 = 0
  /// Of a schedule, match or bid: what its holder can collect.
  var due: UInt64 = 0
  /// What its holder collected last: amount (0: nothing), serial and key epoch of the note.
  var paid: UInt64 = 0
  var paidSerial: UInt64 = 0
  var paidKeyEpoch: UInt32 = 0
  /// Of a schedule: how many instalments there are.
  private(set) var count: UInt32 = 0
  /// Of a match: what it adds to a donation, as numerator and denominator, and at most.
  private var ratio: (numerator: UInt32, denominator: UInt32) = (0, 0)
  private(set) var cap: UInt64 = 0
  /// Of a schedule: time from one instalment to the next.
  private(set) var interval: UInt64 = 0
  /// Of an investment: what was collected of its part of the revenue.
  var collected: UInt64 = 0
  private(set) var label = Name32()

  init() {}

  /// A pledge, an investment or a bid, in the campaign, offering or auction at `parent`.
  init(_ kind: ClaimKind, _ keyHash: Bytes16, _ amount: UInt64, in parent: UInt32, of resource: UInt32) {
    (kindNumber, stateNumber) = (kind.rawValue, FundingState.open.rawValue)
    (self.keyHash, self.amount, left, self.parent, self.resource) = (keyHash, amount, amount, parent, resource)
  }

  init(_ command: MatchCommand, _ amount: UInt64, of resource: UInt32) {
    (kindNumber, stateNumber) = (ClaimKind.match.rawValue, FundingState.open.rawValue)
    (keyHash, self.amount, left, self.resource) = (command.keyHash, amount, amount, resource)
    (ratio, cap, label) = ((command.numerator, command.denominator), command.cap, command.label)
  }

  init(_ command: ScheduleCommand, _ amount: UInt64, of resource: UInt32) {
    (kindNumber, stateNumber) = (ClaimKind.schedule.rawValue, FundingState.open.rawValue)
    (keyHash, self.amount, left, self.resource) = (command.keyHash, amount, amount, resource)
    (count, interval, label) = (command.count, command.interval, command.label)
  }

  var kind: ClaimKind { ClaimKind(rawValue: kindNumber) ?? .pledge }

  /// Of a bid: index of what bids have beside.
  var bid: UInt32 {
    get { count }
    set { count = newValue }
  }

  /// Of a schedule, match or bid; a pledge or an investment has the state of its campaign or offering.
  var state: FundingState {
    get { FundingState(rawValue: stateNumber) ?? .ended }
    set { stateNumber = newValue.rawValue }
  }

  /// Whether it names a kind and a state, and its numbers are such as its arithmetic takes for granted.
  var isSound: Bool {
    guard let kind = ClaimKind(rawValue: kindNumber), let state = FundingState(rawValue: stateNumber), amount > 0,
      amount <= UInt64(WireLimits.moneyMax), left <= amount, due <= amount
    else { return false }
    let isOwn = parent == noIndex && (state == .ended || state == .cancelled || state == .open && due == 0)
    return switch kind {
    case .pledge, .investment: parent != noIndex && state == .open && (left == amount || left == 0)
    case .bid: parent != noIndex && left <= amount - due
    case .match: isOwn && ratio.denominator > 0
    case .schedule: isOwn && hasSoundInstalments
    }
  }

  private var hasSoundInstalments: Bool {
    guard count > 0, count <= UInt32(WireLimits.instalmentCountMax), interval <= UInt64(WireLimits.durationMillisMax),
      paidCount <= count
    else { return false }
    let paid = Ratio.floor(amount, UInt64(paidCount), over: UInt64(count))
    return state != .open || paidCount < count && left == amount - paid
  }

  /// The ratio of a match in one word, as FUNDING tells it.
  var packedRatio: UInt64 { UInt64(ratio.numerator) << 32 | UInt64(ratio.denominator) }

  /// What a match adds to a donation.
  func match(of donation: UInt64) -> UInt64 {
    let exact = Ratio.floor(donation, UInt64(ratio.numerator), over: UInt64(ratio.denominator))
    return min(cap == 0 ? exact : min(exact, cap), left)
  }

  /// When it ends by itself, if nobody ends it before and its next event is at `next`.
  func end(after next: UInt64) -> UInt64 {
    kind == .schedule ? next + interval * UInt64(count - paidCount - 1) : next
  }

  /// The next instalment of a schedule: together they are what was put in.
  var instalment: UInt64 {
    Ratio.floor(amount, UInt64(paidCount) + 1, over: UInt64(count))
      - Ratio.floor(amount, UInt64(paidCount), over: UInt64(count))
  }

  /// Notes that a note was paid out.
  mutating func notePaid(_ amount: UInt64, _ serial: UInt64, _ keyEpoch: UInt32) {
    (paid, paidSerial, paidKeyEpoch) = (amount, serial, keyEpoch)
  }
}
