internal import WireProtocol

/// The course of an auction, told by its lines and judged by its rules as a broker has to judge it.
struct AuctionCourse {
  typealias Fault = AuctionTranscript.Fault

  private struct Bid {
    let claim: UInt64
    /// All money that was paid for it.
    var money: UInt64
    var commitment: Digest32
    /// Number of its last BID or RAISE: of equal bids the one whose is the lowest wins.
    var line: Int
    /// Of a sealed one what it was revealed as; 0: it was not.
    var revealed: UInt64 = 0
    var isRefused = false
  }

  struct Award: Hashable {
    var claim: UInt64
    var amount: UInt64
    var price: UInt64
  }

  private let rules: AuctionDescription
  private var bids: [Bid] = []
  /// Places in `bids`, by claim.
  private var places: [UInt64: Int] = [:]
  private var lineCount = 0
  private var offerCount = 0
  private var now: UInt64 = 0
  private var isWinnerRefused = false

  init(_ rules: AuctionDescription) { self.rules = rules }

  // MARK: Lines

  mutating func take(_ line: BidLine) throws(Fault) {
    guard line.instant >= now else { throw Fault(what: "it is from before the line above it") }
    guard !isWinnerRefused else { throw Fault(what: "it is from after the winner was refused") }
    now = line.instant
    switch line.kind {
    case .bid, .raise: try offer(line)
    case .reveal: try reveal(line)
    case .refuse: try refuse(line)
    }
    lineCount += 1
  }

  private mutating func offer(_ line: BidLine) throws(Fault) {
    guard line.instant < rules.closesAt else { throw Fault(what: "it is from after the auction closed") }
    guard line.data.isZero != rules.isSealed else {
      throw Fault(what: rules.isSealed ? "it has no commitment" : "it has a commitment in an open auction")
    }
    guard line.payment != 0 else { throw Fault(what: "it has no payment") }
    guard offerCount < WireLimits.bidCountMax else { throw Fault(what: "there are more bids than there can be") }
    let least = least
    guard line.amount >= least else {
      throw Fault(what: "\(line.amount) was accepted where \(least) was the least")
    }
    offerCount += 1
    if line.kind == .bid {
      guard places.updateValue(bids.count, forKey: line.claim) == nil else {
        throw Fault(what: "claim \(line.claim) was made twice")
      }
      bids.append(Bid(claim: line.claim, money: line.amount, commitment: line.data, line: lineCount))
    } else {
      let place = try openBid(line.claim)
      let least = rules.isSealed ? bids[place].money.addingReportingOverflow(rules.reserve).partialValue : 0
      guard line.amount > bids[place].money, line.amount >= least else {
        throw Fault(what: "a raise of claim \(line.claim) added nothing")
      }
      (bids[place].money, bids[place].commitment, bids[place].line) = (line.amount, line.data, lineCount)
    }
  }

  private mutating func reveal(_ line: BidLine) throws(Fault) {
    let place = try openBid(line.claim)
    guard rules.isSealed, bids[place].revealed == 0, line.instant >= rules.closesAt,
      line.instant < rules.decidedAt
    else {
      throw Fault(what: "claim \(line.claim) was not to be revealed then")
    }
    guard line.amount > 0, line.amount <= bids[place].money, line.payment == 0 else {
      throw Fault(what: "claim \(line.claim) was revealed as \(line.amount), and its money is \(bids[place].money)")
    }
    let seal = BidSeal(amount: line.amount, nonce: line.data.first)
    guard seal.commitment(auction: rules.auction, keyHash: line.data.last) == bids[place].commitment else {
      throw Fault(what: "claim \(line.claim) was revealed as something else than it was committed to")
    }
    bids[place].revealed = line.amount
  }

  private mutating func refuse(_ line: BidLine) throws(Fault) {
    let place = try openBid(line.claim)
    guard line.amount == 0, line.payment == 0, line.data.isZero else {
      throw Fault(what: "a refusal has no amount, payment or data")
    }
    guard line.instant < rules.startsAt else { throw Fault(what: "it is from after the period began") }
    // Once it is decided only the winner can be refused, and nobody takes its place.
    if line.instant >= decision {
      guard award?.claim == line.claim else { throw Fault(what: "claim \(line.claim) was refused and had not won") }
      isWinnerRefused = true
    }
    bids[place].isRefused = true
  }

  private func openBid(_ claim: UInt64) throws(Fault) -> Int {
    guard let place = places[claim], !bids[place].isRefused else {
      throw Fault(what: "claim \(claim) is no bid that counts")
    }
    return place
  }

  // MARK: Outcome

  private var decision: UInt64 { rules.isSealed ? rules.decidedAt : rules.closesAt }

  /// Bids that count, the best one first.
  private var ranking: [(claim: UInt64, amount: UInt64, line: Int)] {
    bids.filter { !$0.isRefused }
      .map { (claim: $0.claim, amount: rules.isSealed ? $0.revealed : $0.money, line: $0.line) }
      .filter { $0.amount >= max(rules.reserve, 1) }
      .sorted { ($0.amount, $1.line) > ($1.amount, $0.line) }
  }

  /// Who wins as it is, and for how much; nil: nobody does.
  private var award: Award? {
    let ranking = ranking
    guard !isWinnerRefused, let best = ranking.first else { return nil }
    let second = ranking.dropFirst().first?.amount ?? rules.reserve
    return Award(
      claim: best.claim, amount: best.amount, price: rules.flags.contains(.secondPrice) ? second : best.amount)
  }

  /// Least bid that is accepted now.
  private var least: UInt64 {
    let best = rules.isSealed ? 0 : bids.reduce(0) { $1.isRefused ? $0 : max($0, $1.money) }
    if best == 0 { return rules.reserve }
    let step = max(rules.increment, lineCount >= WireLimits.bidStepCount ? best / 16 : 0)
    let (least, overflow) = best.addingReportingOverflow(step)
    return overflow ? .max : least
  }

  /// Compares what follows from the lines with what the broker says.
  func judgeOutcome() throws(Fault) {
    guard bids.count == Int(rules.bidCount) else {
      throw Fault(what: "there are \(bids.count) bids, and the broker says \(rules.bidCount)")
    }
    switch rules.state {
    case .open, .revealing:
      // What a sealed bid was revealed as need not be told before it is decided.
      let isUntold = rules.isSealed && rules.winner == 0
      try judge(isUntold ? nil : award)
      guard rules.price == 0 else { throw Fault(what: "there is a price before it is decided") }
      guard rules.state == .revealing || rules.least == least else {
        throw Fault(what: "the least bid now is \(least), and the broker says \(rules.least)")
      }
    case .awarded, .sponsoring, .ended:
      let award = award
      guard rules.state == .ended || award != nil else { throw Fault(what: "it has no winner, and is not ended") }
      try judge(award)
      guard award == nil || award?.price == rules.price else {
        throw Fault(what: "the price is \(award?.price ?? 0), and the broker says \(rules.price)")
      }
    case .cancelled: break
    case .reached, .missed, .sharing:
      throw Fault(what: "no auction can be \(rules.state.specificationName)")
    }
  }

  private func judge(_ award: Award?) throws(Fault) {
    guard (award?.claim ?? 0) == rules.winner else {
      let best = award.map { "claim \($0.claim)" } ?? "none"
      throw Fault(
        what: "the best bid is \(best), and the broker says \(rules.winner == 0 ? "none" : "claim \(rules.winner)")")
    }
    guard award == nil || award?.amount == rules.amount else {
      throw Fault(what: "the best bid is \(award?.amount ?? 0), and the broker says \(rules.amount)")
    }
  }
}

extension Digest32 {
  fileprivate var isZero: Bool { self == .none }
}
