import WireProtocol

/// An auction, as clients were told of it.
final class KnownAuction {
  /// Its rules, as its provider asked for them.
  struct Terms {
    var flags: AuctionFlags = []
    var reserve: UInt64 = 1
    var increment: UInt64 = 1
    var duration: UInt64
    var reveal: UInt64 = 0
    var extendBy: UInt64 = 0
    var start: UInt64
    var period: UInt64
    var forfeitPerMillion: UInt32 = 0
    var label = Name32()

    var isSealed: Bool { flags.contains(.sealed) }

    func request(_ resource: UInt64) -> OpenAuctionRequest {
      OpenAuctionRequest(
        resource: resource, reserve: reserve, increment: increment, duration: duration, reveal: reveal,
        extendBy: extendBy, start: start, period: period, forfeitPerMillion: forfeitPerMillion, flags: flags,
        label: label)
    }
  }

  /// A line that a reply told of: it is in the transcript for ever, and the head after it is that one.
  struct ToldLine {
    let kind: BidLineKind
    let claim: UInt64
    let amount: UInt64
    var payment: UInt64 = 0
    var head: Bytes16?
  }

  let resource: KnownResource
  let terms: Terms
  /// 0: not told yet.
  var id: UInt64 = 0
  /// If no bid moves it; and as it was told last.
  var closesAtFirst: UInt64 = 0
  var closesAt: UInt64 = 0
  /// All bids that were asked for, but those that were refused.
  var bids: [KnownClaim] = []
  /// Lines that were told of, and bids.
  var lineCount = KnownSum()
  var bidCount = KnownSum()
  /// What was read of its transcript, once it is told.
  var book: AuctionBook?
  /// What was told and reaches beyond what was read.
  var toldLines: [ToldLine] = []
  var toldStandings: [DescribeAuctionReply] = []
  var toldNotices: [NoticePush] = []
  /// What adds a line, or cancels it, and is under way; and how often such a thing began or ended.
  private(set) var underWayCount = 0
  private(set) var changeCount = 0
  /// Whether, and since when at the earliest, somebody may have cancelled it.
  var cancelCount = 0
  var cancelAskedAt: UInt64?
  /// As it was told, and the oracle's count of events then.
  var state = FundingState.open
  var stateOrder = 0
  var madeOrder = Int.max
  var isForgotten = false
  /// Whether bids that nobody revealed leave nothing, for nobody could reveal them; nil: it is not known. Told: for ever.
  private(set) var isExcused: Bool? = false
  private var isExcuseTold = false
  /// What it gave its resource by its winner; nil: nobody was told yet.
  var given: UInt64?

  init(of resource: KnownResource, _ terms: Terms) { (self.resource, self.terms) = (resource, terms) }

  /// What is known of it now, for a life that begins with that.
  func copy(of resource: KnownResource) -> KnownAuction {
    let copy = KnownAuction(of: resource, terms)
    (copy.id, copy.closesAtFirst, copy.closesAt, copy.lineCount) = (id, closesAtFirst, closesAt, lineCount)
    (copy.bidCount, copy.book, copy.toldLines, copy.toldStandings) = (bidCount, book, toldLines, toldStandings)
    (copy.underWayCount, copy.cancelCount, copy.cancelAskedAt) = (underWayCount, cancelCount, cancelAskedAt)
    (copy.state, copy.madeOrder, copy.given) = (state, 0, given)
    (copy.isExcused, copy.isExcuseTold) = (isExcused, isExcuseTold)
    return copy
  }

  func begin() { (underWayCount, changeCount) = (underWayCount + 1, changeCount + 1) }
  func end() { (underWayCount, changeCount) = (underWayCount - 1, changeCount + 1) }

  var isTold: Bool { id != 0 }
  var startsAt: UInt64 { closesAtFirst - terms.duration + terms.start }
  var endsAt: UInt64 { startsAt + terms.period }
  /// The earliest instant at which its winner can be found, and the latest: bids may be late, or none be revealed.
  var decidedAtEarliest: UInt64 { closesAt + (bidCount.told > 0 ? terms.reveal : 0) }
  var decidedAtLatest: UInt64 { terms.isSealed ? closesAt + terms.reveal : terms.extendBy == 0 ? closesAt : startsAt }

  /// The stamp of its lines, while nothing is under way that adds one.
  var quietStamp: Int? { underWayCount == 0 ? changeCount : nil }

  /// All its lines, where they were read and nothing is under way.
  var wholeBook: AuctionBook? {
    underWayCount == 0 && book.map { UInt64($0.lines.count) } == lineCount.told ? book : nil
  }

  /// How it stands at an instant, where that is certain.
  func standing(at instant: UInt64) -> FundingState? {
    if state == .cancelled { return .cancelled }
    return cancelCount == 0 ? wholeBook?.state(at: instant) : nil
  }

  /// What was ever due of a bid's money, for a question that was asked at `from` or later and is answered at `to`.
  func released(_ bid: KnownClaim, from: UInt64, to: UInt64) -> (least: UInt64, most: UInt64) {
    let all = bid.bid?.money.most ?? 0
    guard let book = wholeBook, book.bids[bid.id] != nil else { return (0, all) }
    let sum = { (state: FundingState, isExcused: Bool) in
      book.money(of: bid.id, in: book.state(of: bid.id, in: state), isExcused: isExcused).released
    }
    // What is cancelled releases all.
    if cancelCount > 0, state != .cancelled { return (0, all) }
    return (
      standing(at: from).map { sum($0, isExcused ?? false) } ?? 0,
      standing(at: to).map { sum($0, isExcused ?? true) } ?? all
    )
  }

  // MARK: What nobody could reveal

  /// A turn begins, up to an instant: where one goes from before the closing to the deciding, or beyond, nobody can reveal anything.
  func turnBegins(_ time: BrokerTime, at instant: UInt64) {
    guard terms.isSealed, isTold, isExcused == false, !isExcuseTold, instant >= decidedAtLatest,
      max(time.told, time.reached) <= closesAtFirst
    else { return }
    isExcused = time.now < closesAtFirst ? true : nil
  }

  /// A life begins: what was not told of may not have happened.
  func lifeBegins(told: UInt64) {
    if isExcused == true, !isExcuseTold, told <= decidedAtLatest { isExcused = nil }
  }

  /// It is told of, late: time may have passed all of it before.
  func toldLate(_ time: BrokerTime) {
    if terms.isSealed, time.latest >= decidedAtLatest { isExcused = nil }
  }

  /// A backup of now may be restored with loss: what was not decided is excused.
  func backedUp(_ time: BrokerTime) {
    guard terms.isSealed, !isExcuseTold else { return }
    if time.now < decidedAtLatest {
      (isExcused, isExcuseTold) = (true, true)
    } else if time.told > decidedAtLatest {
      isExcuseTold = isExcused != nil
    } else {
      isExcused = nil
    }
  }

  /// So much of a bid was due in all, once the auction had ended.
  func learnExcuse(_ released: UInt64, of claim: UInt64) -> Bool {
    guard isExcused == nil, let book = wholeBook else { return false }
    let (all, rest) = (
      book.money(of: claim, in: .ended, isExcused: true).released,
      book.money(of: claim, in: .ended, isExcused: false).released
    )
    if all != rest { (isExcused, isExcuseTold) = (released == all, true) }
    return isExcused ?? false
  }

  // MARK: Time

  /// The earliest instant at which it can be forgotten.
  var forgottenAtEarliest: UInt64 {
    isTold ? min(closesAtFirst, cancelAskedAt ?? .max) + KnownClaim.cancelledMilliseconds : 0
  }

  /// Whether it may not have ended, for a request that was sent first at an event; and whether it certainly has not, now.
  func mayBeAtWork(since order: Int) -> Bool {
    !isForgotten && (state != .ended && state != .cancelled || stateOrder > order)
  }

  func isAtWork(madeBefore order: Int, at instant: UInt64) -> Bool {
    isTold && madeOrder <= order && cancelCount == 0
      && (instant < closesAtFirst || state == .sponsoring && instant < endsAt)
  }

  /// What its winner gave the resource at `from` or later, and not after `to`.
  func given(from: UInt64, to: UInt64) -> (least: UInt64, most: UInt64) {
    if let given { return (given, given) }
    return (0, isTold && startsAt <= to ? bids.map { $0.bid?.money.most ?? 0 }.max() ?? 0 : 0)
  }

  /// Events of its own that may lie after `from` and not after `to`.
  func eventCountMost(from: UInt64, to: UInt64) -> Int {
    if isForgotten { return 0 }
    guard isTold else { return 4 }
    let isIn = { (instant: UInt64) in instant > from && instant <= to ? 1 : 0 }
    // Each counts for one in 32 bids, at least for one.
    let closing = from < decidedAtLatest && to >= closesAtFirst ? 2 * max(1, Int(bidCount.most) / 32) : 0
    // Bids first, and then lines.
    let forgetting = to >= forgottenAtEarliest ? 3 + Int(bidCount.most + lineCount.most) / 32 : 0
    return closing + isIn(startsAt) + isIn(endsAt) + forgetting
  }
}
