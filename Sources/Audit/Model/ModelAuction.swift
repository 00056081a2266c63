import TurnpikeCrypto
import WireProtocol

/// An auction of a period of a resource. Its bids are claims.
struct ModelAuction: Hashable {
  var id: UInt64
  var resource: UInt64
  var terms: OpenAuctionCommand
  /// First instant at which it takes no more bids: late ones move it.
  var closesAt: UInt64
  var startsAt: UInt64
  var endsAt: UInt64
  var state = FundingState.open
  /// Ids of its bids that are kept, in their order, and how many there ever were.
  var bids: [UInt64] = []
  var bidCount: UInt32 = 0
  /// Lines of its transcript, of which the first ones may be forgotten.
  var lines: [BidLine] = []
  var forgottenLineCount = 0
  /// Head of its transcript: of all lines there ever were.
  var head: Digest32
  /// Claim that won, what it bid and what it pays; 0: there is none.
  var winner: UInt64 = 0
  var winningBid: UInt64 = 0
  var price: UInt64 = 0
  /// Whether some of its bids or lines were forgotten.
  var isFading = false
  /// Whether bids that are not revealed forfeit nothing: nobody could have revealed them, or a restore may have lost it.
  var isExcused = false
  /// Instant of its next event.
  var event: UInt64

  /// An auction that is opened at `now`.
  init(id: UInt64, terms: OpenAuctionCommand, now: UInt64) {
    (self.id, self.terms) = (id, terms)
    resource = terms.resource
    closesAt = now + terms.duration
    startsAt = now + terms.start
    endsAt = startsAt + terms.period
    event = closesAt
    head = ModelTranscript.firstHead(of: id, terms)
  }

  var isSealed: Bool { terms.flags.contains(.sealed) }
  /// When the winner is found.
  var decidedAt: UInt64 { closesAt + terms.reveal }
  /// Whether it takes bids, or has some to reveal.
  var isUndecided: Bool { state == .open || state == .revealing }
  /// Whether its period is still to come, or now.
  var isAlive: Bool { isUndecided || state == .awarded || state == .sponsoring }
  /// Bids and raises so far.
  var stepCount: Int { lines.count { $0.kind == .bid || $0.kind == .raise } }

  /// Whether its period has an instant in common with that from `start` to before `end`.
  func overlaps(from start: UInt64, to end: UInt64) -> Bool { startsAt < end && start < endsAt }

  /// Least bid that it takes while `best` is the best one; nil: there is none.
  func least(above best: UInt64?) -> UInt64 {
    guard let best, !isSealed else { return terms.reserve }
    let isLong = lines.count >= WireLimits.bidStepCount
    let step = max(terms.increment, isLong ? best / 16 : 0)
    return best > .max - step ? .max : best + step
  }

  /// Moves its end when a bid came late.
  mutating func extend(at now: UInt64) {
    guard closesAt - now < terms.extendBy else { return }
    closesAt = min(now + terms.extendBy, startsAt)
    event = closesAt
  }

  /// Adds a line to its transcript.
  mutating func add(_ line: BidLine) {
    lines.append(line)
    head = ModelTranscript.head(after: head, line)
  }
}

/// What a claim on a bid knows of it.
struct ModelBid: Hashable {
  var auction: UInt64
  /// Key hash that the claim was made with.
  var bidder: Bytes16
  /// Of a sealed one; else zero.
  var commitment: Digest32
  var banner: Banner
  /// Number of its last BID or RAISE line.
  var line: Int
  /// What a sealed one was revealed to be; nil: it was not.
  var revealed: UInt64?
  /// When another one became better last, and what was the least by then.
  var outbidAt: UInt64 = 0
  var outbidBy: UInt64 = 0
  /// When money of it became due last.
  var releasedAt: UInt64 = 0
}

/// The hashes of an auction.
enum ModelTranscript {
  static let none = Digest32(first: Bytes16(), last: Bytes16())

  /// Head of a transcript without lines.
  static func firstHead(of auction: UInt64, _ terms: OpenAuctionCommand) -> Digest32 {
    digest(
      Array("turnpike auction v1".utf8) + bytes(auction) + bytes(terms.reserve) + bytes(terms.increment)
        + bytes(terms.forfeitPerMillion) + bytes(terms.flags.rawValue))
  }

  /// Head of a transcript when `line` follows.
  static func head(after head: Digest32, _ line: BidLine) -> Digest32 {
    digest(ModelBytes.of(head) + ModelBytes.of(line))
  }

  /// What a sealed bid of `amount` commits to.
  static func commitment(to amount: UInt64, of bidder: Bytes16, in auction: UInt64, nonce: Bytes16) -> Digest32 {
    digest(
      Array("turnpike bid v1".utf8) + bytes(auction) + bytes(bidder.low) + bytes(bidder.high) + bytes(amount)
        + bytes(nonce.low) + bytes(nonce.high))
  }

  private static func digest(_ message: [UInt8]) -> Digest32 { unsafe SHA256.digest(of: message.span.bytes) }

  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
