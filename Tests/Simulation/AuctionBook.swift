import TurnpikeCrypto
import WireProtocol

/// What follows from an auction's rules and the lines of its transcript, line by line, as anyone can find who reads it: what each bid
/// has paid in, who is ahead, who wins and at what price, and how long it takes bids.
struct AuctionBook {
  struct Bid {
    /// All that was paid in, and the bid itself, as far as it is known; 0: it is sealed.
    var money: UInt64
    var amount: UInt64
    /// Of its last offer.
    var line: Int
    var commitment: Digest32
    var isRefused = false
    /// Another became better last: when, and the least that was accepted then.
    var outbid: (at: UInt64, least: UInt64)?
  }

  struct Decision: Equatable {
    var winner: UInt64 = 0
    var amount: UInt64 = 0
    var price: UInt64 = 0
  }

  /// Somebody was outbid.
  struct Outbid: Hashable {
    let claim: UInt64
    let least: UInt64
    let closesAt: UInt64
  }

  let id: UInt64
  let terms: KnownAuction.Terms
  let startsAt: UInt64
  private(set) var closesAt: UInt64
  private(set) var lines: [BidLine] = []
  /// The head before the first line, and after each.
  private(set) var heads: [Digest32] = []
  private(set) var bids: [UInt64: Bid] = [:]
  private(set) var outbids: Set<Outbid> = []
  /// Who had won and was refused then.
  private(set) var refusedWinner: UInt64?

  /// Before its first line.
  init(_ id: UInt64, _ terms: KnownAuction.Terms, closesAt: UInt64) {
    (self.id, self.terms, self.closesAt) = (id, terms, closesAt)
    startsAt = closesAt - terms.duration + terms.start
    let rules = [id, terms.reserve, terms.increment].flatMap { Self.bytes($0) }
    let numbers = UInt64(terms.flags.rawValue) << 32 | UInt64(terms.forfeitPerMillion)
    heads = [Self.digest("turnpike auction v1", rules + Self.bytes(numbers))]
  }

  /// What it was after its first lines.
  func prefix(_ count: Int) -> AuctionBook {
    if count >= lines.count { return self }
    var book = AuctionBook(id, terms, closesAt: startsAt - terms.start + terms.duration)
    for line in lines.prefix(count) { _ = book.take(line) }
    return book
  }

  var isSealed: Bool { terms.flags.contains(.sealed) }
  var endsAt: UInt64 { startsAt + terms.period }
  /// When the winner is found: what nobody bid in is not revealed.
  var decidedAt: UInt64 { closesAt + (bids.isEmpty ? 0 : terms.reveal) }

  // MARK: Lines

  /// The next line; gives what is wrong with it.
  mutating func take(_ line: BidLine) -> String? {
    let wrong = fault(in: line)
    heads.append(
      Self.digest("", Self.bytes(heads[lines.count].first) + Self.bytes(heads[lines.count].last) + Self.bytes(line)))
    switch line.kind {
    case .bid, .raise: takeOffer(line)
    case .reveal: bids[line.claim]?.amount = line.amount
    case .refuse:
      let isLate = line.instant >= decidedAt
      if isLate { refusedWinner = line.claim }
      let wasBest = best()?.claim == line.claim
      bids[line.claim]?.isRefused = true
      // Whoever is ahead again by that is outbid no more.
      if wasBest, !isLate, let best = best() { bids[best.claim]?.outbid = nil }
    }
    lines.append(line)
    return wrong
  }

  private mutating func takeOffer(_ line: BidLine) {
    let beaten = best()?.claim
    let amount = isSealed ? 0 : line.amount
    var bid = bids[line.claim] ?? Bid(money: 0, amount: 0, line: 0, commitment: line.data)
    (bid.money, bid.amount, bid.line, bid.commitment) = (line.amount, amount, lines.count, line.data)
    bids[line.claim] = bid
    guard !isSealed else { return }
    if closesAt - line.instant < terms.extendBy { closesAt = min(line.instant + terms.extendBy, startsAt) }
    guard let beaten, beaten != line.claim else { return }
    let least = self.least(after: lines.count + 1)
    bids[beaten]?.outbid = (line.instant, least)
    outbids.insert(Outbid(claim: beaten, least: least, closesAt: closesAt))
  }

  private func fault(in line: BidLine) -> String? {
    let bid = bids[line.claim]
    let isZero = line.data == Digest32(first: Bytes16(), last: Bytes16())
    if let last = lines.last, line.instant < last.instant { return "comes before the one before it" }
    switch line.kind {
    case .bid, .raise:
      if (bid == nil) != (line.kind == .bid) || bid?.isRefused ?? false { return "is of a bid that is not there" }
      if line.instant >= closesAt { return "is late: it closed at \(closesAt)" }
      if isZero != !isSealed { return "has a commitment of another kind" }
      if line.amount < leastSum(with: bid?.money ?? 0) { return "is less than \(leastSum(with: bid?.money ?? 0))" }
      if line.amount <= bid?.money ?? 0 { return "raises nothing" }
    case .reveal:
      guard let bid, !bid.isRefused, isSealed, bid.amount == 0 else { return "reveals what is not sealed" }
      if line.instant < closesAt || line.instant >= decidedAt { return "reveals at another time" }
      if line.amount == 0 || line.amount > bid.money { return "reveals more than the bid has" }
      let right = Self.commitment(in: id, keyHash: line.data.last, amount: line.amount, nonce: line.data.first)
      if right != bid.commitment { return "reveals what was not committed to" }
    case .refuse:
      guard let bid, !bid.isRefused, line.amount == 0, isZero else { return "refuses what is not there" }
      let isLate = line.instant >= decidedAt && (decision()?.winner != line.claim || line.instant >= startsAt)
      if isLate { return "refuses what does not win" }
    }
    return (line.payment == 0) == (line.kind == .bid || line.kind == .raise) ? "has payment \(line.payment)" : nil
  }

  // MARK: Who is ahead

  private func counts(_ claim: UInt64, _ bid: Bid) -> Bool {
    (!bid.isRefused || claim == refusedWinner) && bid.amount >= terms.reserve
  }

  /// Of those that count, the best first.
  private var ranking: [(claim: UInt64, bid: Bid)] {
    bids.filter { counts($0.key, $0.value) }.map { (claim: $0.key, bid: $0.value) }
      .sorted { ($1.bid.amount, $0.bid.line) < ($0.bid.amount, $1.bid.line) }
  }

  /// The best of the bids that are known and count now.
  func best() -> (claim: UInt64, amount: UInt64)? {
    ranking.first.map { ($0.claim, $0.bid.amount) }
  }

  /// Who wins, if nothing more happens before it is decided; nil: nobody.
  func decision() -> Decision? {
    let ranking = self.ranking
    guard let first = ranking.first else { return nil }
    let second = ranking.count > 1 ? ranking[1].bid.amount : 0
    let price = terms.flags.contains(.secondPrice) ? max(second, terms.reserve) : first.bid.amount
    return Decision(winner: first.claim, amount: first.bid.amount, price: price)
  }

  /// Least bid that is accepted now.
  var least: UInt64 { least(after: lines.count) }

  /// The least that a bid must have, when it had so much before: of sealed ones each line brings the reserve.
  func leastSum(with before: UInt64) -> UInt64 { isSealed ? before + terms.reserve : least }

  private func least(after lineCount: Int) -> UInt64 {
    guard !isSealed, let best = best() else { return terms.reserve }
    return best.amount + max(terms.increment, lineCount < WireLimits.bidStepCount ? 0 : best.amount / 16)
  }

  // MARK: How it stands

  /// Its state at an instant after its last line, if nobody cancels it; nil: something may be about to happen in that very instant.
  func state(at instant: UInt64) -> FundingState? {
    if [closesAt, decidedAt, startsAt, endsAt].contains(instant) { return nil }
    if instant < closesAt { return .open }
    if instant < decidedAt { return .revealing }
    if decision() == nil || refusedWinner != nil { return .ended }
    return instant < startsAt ? .awarded : instant < endsAt ? .sponsoring : .ended
  }

  /// The state of a bid, in such a state of its auction.
  func state(of claim: UInt64, in state: FundingState) -> FundingState {
    if bids[claim]?.isRefused ?? false { return .cancelled }
    switch state {
    case .open, .revealing: return .open
    case .awarded, .sponsoring: return decision()?.winner == claim ? state : .ended
    default: return state
    }
  }

  /// What of a bid's money is held, and what was ever due of it, in such a state of the bid; `isExcused`: nobody could reveal.
  func money(of claim: UInt64, in state: FundingState, isExcused: Bool) -> (held: UInt64, released: UInt64) {
    guard let bid = bids[claim] else { return (0, 0) }
    if bid.isRefused { return (0, bid.money) }
    let isWinner = refusedWinner == nil && decision()?.winner == claim
    let price = decision()?.price ?? 0
    switch state {
    case .open, .revealing: return bid.amount > 0 ? (bid.amount, bid.money - bid.amount) : (bid.money, 0)
    case .awarded: return (price, bid.money - price)
    case .sponsoring: return (0, bid.money - price)
    case .ended where isWinner: return (0, bid.money - price)
    case .ended where bid.amount == 0 && !isExcused:
      return (0, bid.money - bid.money * UInt64(terms.forfeitPerMillion) / 1_000_000)
    default: return (0, bid.money)
    }
  }

  /// What of all bids' money is held, in such a state of the auction.
  func held(in state: FundingState) -> UInt64 {
    bids.keys.reduce(0) { $0 + money(of: $1, in: self.state(of: $1, in: state), isExcused: false).held }
  }
}

// MARK: Hashes

extension AuctionBook {
  /// What a sealed bid of `amount` commits to.
  static func commitment(in auction: UInt64, keyHash: Bytes16, amount: UInt64, nonce: Bytes16) -> Digest32 {
    digest("turnpike bid v1", bytes(auction) + bytes(keyHash) + bytes(amount) + bytes(nonce))
  }

  private static func digest(_ label: String, _ bytes: [UInt8]) -> Digest32 {
    let message = Array(label.utf8) + bytes
    return unsafe SHA256.digest(of: message.span.bytes)
  }

  private static func bytes(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  private static func bytes(_ value: Bytes16) -> [UInt8] { bytes(value.low) + bytes(value.high) }

  private static func bytes(_ line: BidLine) -> [UInt8] {
    var encoded = [UInt8](repeating: 0, count: BidLine.byteCount)
    var span = encoded.mutableSpan
    var bytes = unsafe span.mutableBytes
    line.write(to: &bytes, at: 0)
    return encoded
  }
}
