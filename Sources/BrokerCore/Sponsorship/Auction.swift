import WireProtocol

/// An auction for a period of its resource: 224 bytes.
///
/// *Open* until `closesAt`, *revealing* until `decidedAt` if its bids are sealed; then *awarded* to its winner until `startsAt`, and
/// *sponsoring* until `endsAt`; or ended, or cancelled. Where to read on: Auctions.swift (it opens), Bids.swift, Awarding.swift (what
/// happens by itself), Transcript.swift (what anyone can check).
struct Auction: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// As the protocol numbers it: the record is kept in snapshots as it lies.
  private var stateNumber: UInt8 = 0
  private var excused: UInt8 = 0
  private let zero1: UInt16 = 0
  /// Index of its resource.
  var resource: UInt32 = 0
  /// The next auction of the resource, by id.
  var next: UInt32 = noIndex
  /// Its bids, refused ones too.
  var bids = ClaimList()
  /// Its transcript, and how long that is.
  var firstLine: UInt32 = noIndex
  var lastLine: UInt32 = noIndex
  var lineCount: UInt32 = 0
  /// Lines at its begin that were forgotten.
  var forgottenLineCount: UInt32 = 0
  /// Lines of the transcript that brought money.
  var offerCount: UInt32 = 0
  private(set) var forfeitPerMillion: UInt32 = 0
  private var flagsNumber: UInt32 = 0
  private let zero2: UInt32 = 0
  private(set) var reserve: UInt64 = 0
  private(set) var increment: UInt64 = 0
  /// How long bids are revealed, after `closesAt`.
  private var reveal: UInt64 = 0
  private(set) var extendBy: UInt64 = 0
  var closesAt: UInt64 = 0
  private(set) var startsAt: UInt64 = 0
  private(set) var endsAt: UInt64 = 0
  /// Money of its bids, as far as it is neither due nor given.
  var held: UInt64 = 0
  /// Claim of the best bid that is known and counts, and that bid; from awarding on the winner's, and what it pays. 0: none.
  var winner: UInt64 = 0
  var amount: UInt64 = 0
  var price: UInt64 = 0
  /// SHA-256 over the transcript so far.
  var head = Digest32(first: Bytes16(), last: Bytes16())
  private(set) var label = Name32()

  init() {}

  init(_ id: UInt64, _ command: OpenAuctionCommand, at resource: UInt32, now: UInt64) {
    (self.id, self.resource, stateNumber) = (id, resource, FundingState.open.rawValue)
    (reserve, increment, reveal) = (command.reserve, command.increment, command.reveal)
    (extendBy, closesAt, startsAt) = (command.extendBy, now + command.duration, now + command.start)
    endsAt = startsAt + command.period
    (forfeitPerMillion, flagsNumber, label) = (command.forfeitPerMillion, command.flags.rawValue, command.label)
  }

  var state: FundingState {
    get { FundingState(rawValue: stateNumber) ?? .ended }
    set { stateNumber = newValue.rawValue }
  }

  /// Whether its bids forfeit nothing: nobody could have revealed them, or a restore may have lost that they were.
  var isExcused: Bool {
    get { excused == 1 }
    set { excused = newValue ? 1 : 0 }
  }

  var flags: AuctionFlags { AuctionFlags(rawValue: flagsNumber) }
  var isSealed: Bool { flags.contains(.sealed) }
  /// When the winner is found.
  var decidedAt: UInt64 { closesAt + reveal }
  /// Whether its period is taken.
  var isAtWork: Bool { state != .ended && state != .cancelled }

  /// When its state changes by itself, while it is at work.
  var nextAt: UInt64 {
    switch state {
    case .open: closesAt
    case .revealing: decidedAt
    case .awarded: startsAt
    default: endsAt
    }
  }

  /// Least bid that is accepted now.
  var least: UInt64 {
    guard !isSealed, winner != 0 else { return reserve }
    let step = max(increment, lineCount < UInt32(WireLimits.bidStepCount) ? 0 : amount / 16)
    return amount.addingReportingOverflow(step).overflow ? .max : amount + step
  }

  /// Moves the end, when a bid comes late.
  mutating func extend(at now: UInt64) {
    guard closesAt - now < extendBy else { return }
    closesAt = min(now + extendBy, startsAt)
  }

  private var hasSoundState: Bool {
    switch FundingState(rawValue: stateNumber) {
    case .open, .revealing, .awarded, .sponsoring, .ended, .cancelled: true
    default: false
    }
  }

  /// Whether its numbers are ones that the commands allow: nothing that is computed of them overflows.
  var isSound: Bool {
    let (longest, most) = (UInt64(WireLimits.durationMillisMax), UInt32(WireLimits.bidCountMax))
    let hasSoundTerms =
      hasSoundState && excused <= 1 && flagsNumber & ~AuctionFlags.known == 0
      && forfeitPerMillion <= 1_000_000 && reserve > 0 && increment > 0 && extendBy <= longest && reveal <= longest
    // Each offer may be revealed, or refused, or both.
    let hasSoundCounts = offerCount <= most && bids.count <= offerCount && lineCount <= 3 * most
    return hasSoundTerms && hasSoundCounts && closesAt <= startsAt && decidedAt <= startsAt && startsAt < endsAt
      && endsAt <= CoreLimits.instantMax + 2 * longest
  }
}

/// What a claim of kind BID adds to what claims have: 288 bytes.
struct Bid: SlotRecord {
  /// Id of its claim.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Number of the line of its last offer: of equal bids the earlier one wins.
  var line: UInt32 = 0
  /// Key hash of the claim when it was made: a commitment names it.
  private(set) var keyHash = Bytes16()
  /// Of a sealed bid.
  var commitment = Digest32(first: Bytes16(), last: Bytes16())
  /// The bid, as far as it is known; 0: it is sealed.
  var amount: UInt64 = 0
  /// When another one became better last, and the least that was accepted then.
  var outbidAt: UInt64 = 0
  var outbidBy: UInt64 = 0
  /// When money of it became due last.
  var releasedAt: UInt64 = 0
  private(set) var banner = Banner(text: Text96(), link: Text96())

  init() {}

  /// Whether its banner can be shown.
  var isSound: Bool { StateMachine.isText(banner.text) && StateMachine.isText(banner.link) }

  init(_ claim: UInt64, _ command: BidCommand) {
    (id, keyHash, commitment, banner) = (claim, command.keyHash, command.commitment, command.banner)
  }
}

extension Digest32 {
  /// Whether all bytes are zero.
  var isZero: Bool { first.isZero && last.isZero }
}
