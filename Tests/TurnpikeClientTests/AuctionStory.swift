import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// An auction as a broker would tell it, put together line by line: auction 7, reserve 100, increment 10, closed at 1,000, revealed until
/// 1,500, period from 2,000. Hashes are made of the specification's words here, and not by the client.
struct AuctionStory {
  var flags: AuctionFlags = []
  var state = FundingState.awarded
  var lines: [BidLine] = []
  var winner: UInt64 = 0
  var amount: UInt64 = 0
  var price: UInt64 = 0
  var least: UInt64 = 0
  var reserve: UInt64 = 100
  /// Nil: the lines there are.
  var lineCount: UInt32?
  /// Nil: the bids in the lines.
  var bidCount: UInt32?
  /// Nil: the head of the lines.
  var head: Digest32?

  static func open(_ lines: [BidLine], wins winner: UInt64, _ amount: UInt64, pays price: UInt64) -> AuctionStory {
    AuctionStory(lines: lines, winner: winner, amount: amount, price: price)
  }

  static func sealed(_ lines: [BidLine], wins winner: UInt64, _ amount: UInt64, pays price: UInt64) -> AuctionStory {
    AuctionStory(flags: .sealed, lines: lines, winner: winner, amount: amount, price: price)
  }

  func with(_ change: (inout AuctionStory) -> Void) -> AuctionStory {
    var story = self
    change(&story)
    return story
  }

  /// The same rules and words of the broker, with other lines than it told the head of.
  func lying(_ change: (inout [BidLine]) -> Void) -> AuctionStory {
    with { story in
      story.head = head ?? heads.last
      change(&story.lines)
    }
  }

  var heads: [Digest32] {
    var heads = [
      Self.digest(Array("turnpike auction v1".utf8) + Self.bytes(7, reserve, 10, 50_000 | UInt64(flags.rawValue) << 32))
    ]
    for line in lines { heads.append(Self.digest(heads[heads.count - 1].bytes + line.bytes)) }
    return heads
  }

  func transcript() throws -> AuctionTranscript {
    let fixed = DescribeAuctionReply(
      resource: 3, reserve: reserve, increment: 10, least: least, winner: winner, amount: amount, price: price, held: 0,
      closesAt: 1_000, decidedAt: flags.contains(.sealed) ? 1_500 : 1_000, startsAt: 2_000, endsAt: 3_000, extendBy: 5,
      forfeitPerMillion: 50_000, flags: flags, bidCount: bidCount ?? UInt32(lines.count { $0.kind == .bid }),
      lineCount: lineCount ?? UInt32(lines.count), state: state, head: head ?? heads[heads.count - 1],
      label: Name32("June") ?? Name32())
    let reply = Reply(opcode: .describeAuction, number: 0, isReplayed: false, money: .none, body: fixed.bytes)
    return AuctionTranscript(of: try AuctionDescription(auction: 7, reply), lines: lines)
  }

  fileprivate static func bytes(_ numbers: UInt64...) -> [UInt8] {
    numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) } }
  }

  fileprivate static func digest(_ message: [UInt8]) -> Digest32 { unsafe SHA256.digest(of: message.span.bytes) }
}

extension BidLine {
  static func bid(_ claim: UInt64, _ amount: UInt64, at instant: UInt64 = 10, sealed bid: UInt64? = nil) -> BidLine {
    BidLine(
      claim: claim, amount: amount, payment: 90, instant: instant, kind: .bid,
      data: bid.map { commitment(of: claim, $0) } ?? zero)
  }

  static func raise(_ claim: UInt64, to amount: UInt64, at instant: UInt64 = 10, sealed bid: UInt64? = nil) -> BidLine {
    var line = self.bid(claim, amount, at: instant, sealed: bid)
    line.kind = .raise
    return line
  }

  static func reveal(_ claim: UInt64, _ amount: UInt64, at instant: UInt64 = 1_200) -> BidLine {
    BidLine(
      claim: claim, amount: amount, payment: 0, instant: instant, kind: .reveal,
      data: Digest32(first: Bytes16(low: claim, high: 77), last: Bytes16(low: claim, high: 88)))
  }

  static func refuse(_ claim: UInt64, at instant: UInt64 = 10) -> BidLine {
    BidLine(claim: claim, amount: 0, payment: 0, instant: instant, kind: .refuse, data: zero)
  }

  private static let zero = Digest32(first: Bytes16(), last: Bytes16())

  /// With the nonce and the key hash that `reveal` tells.
  private static func commitment(of claim: UInt64, _ amount: UInt64) -> Digest32 {
    AuctionStory.digest(Array("turnpike bid v1".utf8) + AuctionStory.bytes(7, claim, 88, amount, claim, 77))
  }
}
