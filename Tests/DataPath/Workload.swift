import Harness
import TurnpikeCrypto
import WireProtocol

/// What is counted.
enum Operation: String, CaseIterable {
  /// USE by handle: a debit of a lease.
  case use
  /// The same on a resource whose revenue an investor shares with its provider.
  case useOneInvestor = "use-1-investor"
  /// The same with so many investors.
  case useManyInvestors = "use-100000-investors"
  /// The same with one request of each connection a turn: what a turn costs.
  case single
  /// USE that a word of a hash chain pays, on every request.
  case tick
  /// FUND with one fresh note.
  case fund
  /// ACQUIRE with one fresh note, of leases that live for two turns: as many expire.
  case acquire
  /// RELEASE: the rest is paid out as a note.
  case release
  /// EXCHANGE of one fresh note for two.
  case exchange
  /// CHECK, a read.
  case check

  /// Who share the revenue of its resource, beside the provider.
  var investorCount: Int { self == .useOneInvestor ? 1 : self == .useManyInvestors ? 100_000 : 0 }

  /// Requests of each connection's pipeline, in one turn.
  var depth: Int { self == .single ? 1 : 128 }
}

/// One operation's requests, turn by turn: a pipeline on each connection. What can be made before is: leases, handles,
/// notes, chains, of which every request takes its own.
final class Workload {
  static let connectionCount = 50
  /// Leases of each connection that live all the time.
  private static let leaseCount = 64
  private static let price: UInt64 = 1_000
  private static let meterPrice: UInt64 = 50
  /// More than a year.
  private static let lastingAmount: UInt64 = 40_000_000_000_000
  /// Two milliseconds, and so turns.
  private static let briefAmount = 2 * price
  private static let key = Bytes16(low: 1, high: 2)

  let operation: Operation
  private let depth: Int
  let broker = MemoryBroker()
  private let market: Market
  private let clients: [TestClient]
  private let connections: [Int]
  private var notes: [NoteToken] = []
  /// Of those that run next, the turn that requests are added to.
  private var turn = 0
  /// The words of the chains, by lease.
  private var words: [[Bytes16]] = []

  /// Prepares so many turns; nil when the broker does not let it.
  init?(_ operation: Operation, turnCount: Int) {
    self.operation = operation
    depth = operation.depth
    let terms = Terms(
      price: Self.price, period: 1, throttledPrice: Self.price, shortest: 1,
      longest: UInt64(WireLimits.durationMillisMax), low: 0, throttle: 0, grace: 0, provision: 0, outage: 0,
      meter0: Self.meterPrice, meter1: 0,
      meter2: 0, meter3: 0, units: 1_000_000_000, policy: [])
    guard let market = try? Market(broker, terms: terms) else { return nil }
    self.market = market
    var (clients, connections): ([TestClient], [Int]) = ([], [])
    for _ in 0..<Self.connectionCount {
      guard let client = try? market.client(), let connection = client.connection as? EngineConnection else {
        return nil
      }
      clients.append(client)
      connections.append(connection.index)
    }
    self.clients = clients
    self.connections = connections
    guard prepareLeases(), prepare(turnCount) else { return nil }
    broker.turns.keepsReplies = false
  }

  // MARK: Preparation

  /// The leases that live, and on each connection the handles of its own: 1 is that of its first lease, and so on.
  private func prepareLeases() -> Bool {
    acquire(Self.leaseCount, amount: Self.lastingAmount) && bind(Self.leaseCount, after: 0)
  }

  private func prepare(_ turnCount: Int) -> Bool {
    let count = turnCount * Self.connectionCount * depth
    switch operation {
    case .use, .single, .check: return true
    case .useOneInvestor, .useManyInvestors: return invest(operation.investorCount)
    case .tick: return openChains(length: turnCount * depth / Self.leaseCount)
    case .fund: notes = issue(count, amount: Self.price)
    case .acquire: notes = issue(count, amount: Self.briefAmount)
    case .exchange: notes = issue(count, amount: 2)
    case .release:
      for turn in 0..<turnCount {
        let before = Self.connectionCount * (Self.leaseCount + turn * depth)
        guard acquire(depth, amount: Self.lastingAmount), bind(depth, after: before) else { return false }
      }
      return true
    }
    return notes.count == count
  }

  private func issue(_ count: Int, amount: UInt64) -> [NoteToken] {
    var notes: [NoteToken] = []
    while notes.count < count {
      let more = market.notes(UInt16(min(count - notes.count, WireLimits.issueCountMax)), of: amount)
      if more.isEmpty { return [] }
      notes += more
    }
    return notes.reversed()
  }

  /// Leases of one owner key: whoever has it can bind any of them, and their ids follow each other.
  private func acquire(_ count: Int, amount: UInt64) -> Bool {
    notes = issue(count * Self.connectionCount, amount: amount)
    if notes.isEmpty { return false }
    addAcquires(count)
    return run(count)
  }

  private func bind(_ count: Int, after: Int) -> Bool {
    add(count, BindRequest(lease: 1, key: Self.key)) { connection, place, frame in
      frame.store(UInt64(after + connection * count + place + 1), at: FrameHeader.byteCount)
    }
    return run(count)
  }

  /// An offering, `count` investments of 1 in it, and its closing.
  private func invest(_ count: Int) -> Bool {
    let duration: UInt64 = 500
    let request = OpenOfferingRequest(
      resource: market.resource, cap: UInt64(count), criterion: 0, unit: 1, duration: duration, period: 0,
      startShare: 0, share: 100_000, returnPerMillion: 0, count: 1, kind: .ownership, label: Name32())
    let tiers = [Tier(from: 1, rate: 1)]
    guard let offering = market.provider.call(request, records: tiers)?.part(OpenOfferingReply.self) else {
      return false
    }
    let invest = InvestRequest(offering: offering.offering, keyHash: SHA256.keyHash(Self.key))
    notes = issue(count, amount: 1)
    if count < Self.connectionCount {
      for note in notes where market.provider.call(invest, payment: [note])?.status != .ok { return false }
    } else {
      for _ in 0..<count / (Self.connectionCount * 100) {
        addPaid(100, invest) { _, _, _ in }
        guard run(100) else { return false }
      }
    }
    for _ in 0...duration { broker.turns.run(1) }
    return market.provider.call(DescribeOfferingRequest(offering: offering.offering))?.part(DescribeOfferingReply.self)
      .map { $0.state == .sharing && $0.claims == UInt64(count) } ?? false
  }

  private func openChains(length: Int) -> Bool {
    for lease in 1...UInt64(Self.connectionCount * Self.leaseCount) {
      let chain = HashChain(lease: lease, number: 1)
      var words = [Bytes16(low: lease, high: 3)]
      for index in (1...UInt32(length)).reversed() {
        words.append(chain.word(1, before: words[words.count - 1], at: index))
      }
      self.words.append(words.reversed())
    }
    let request = OpenChainRequest(
      handle: 1, chain: 1, weight: Self.meterPrice, length: UInt32(length), root: Bytes16())
    let words = words
    add(Self.leaseCount, request) { connection, place, frame in
      frame.store(UInt32(place + 1), at: FrameHeader.byteCount)
      frame.store(words[connection * Self.leaseCount + place][0], at: FrameHeader.byteCount + 24)
    }
    return run(Self.leaseCount)
  }

  /// A turn that is not counted; false when not all of it was accepted.
  private func run(_ count: Int) -> Bool {
    let (accepted, refused) = (broker.turns.acceptedCount, broker.turns.refusedCount)
    broker.turns.run()
    return broker.turns.acceptedCount - accepted == count * Self.connectionCount
      && broker.turns.refusedCount == refused
  }

  // MARK: Requests

  /// Adds the requests of some turns, of all turns from number `first` on.
  func addTurns(_ count: Int, from first: Int) {
    for index in 0..<count {
      turn = index
      addTurn(first + index)
    }
    turn = 0
  }

  private func addTurn(_ turn: Int) {
    switch operation {
    case .use, .single, .useOneInvestor, .useManyInvestors: addUses(turn)
    case .tick: addTicks(turn)
    case .fund: addFunds()
    case .acquire: addAcquires(depth)
    case .release: addReleases(turn)
    case .exchange: addExchanges()
    case .check: addChecks()
    }
  }

  /// Of a request that debits lease number `place % leaseCount` of its connection.
  private func useNumber(_ turn: Int, _ place: Int) -> UInt64 {
    depth < Self.leaseCount ? UInt64(turn + 1) : UInt64((turn * depth + place) / Self.leaseCount + 1)
  }

  private func addUses(_ turn: Int) {
    add(depth, UseRequest(handle: 1, meter: 0, quantity: 1, useNumber: 1, lease: 0)) { _, place, frame in
      frame.store(UInt32(place % Self.leaseCount + 1), at: FrameHeader.byteCount)
      frame.store(useNumber(turn, place), at: FrameHeader.byteCount + 16)
    }
  }

  private func addTicks(_ turn: Int) {
    let words = words
    let request = UseRequest(handle: 1, meter: 0, quantity: 1, useNumber: 1, lease: 0)
    let tick = TickToken(rail: .chain, byteCount: UInt16(TickToken.byteCount), chain: 1, index: 1, word: Bytes16())
    add(depth, request, tick: tick) { connection, place, frame in
      let (lease, number) = (place % Self.leaseCount, useNumber(turn, place))
      frame.store(UInt32(lease + 1), at: FrameHeader.byteCount)
      frame.store(number, at: FrameHeader.byteCount + 16)
      let word = words[connection * Self.leaseCount + lease][Int(number)]
      TickToken(
        rail: .chain, byteCount: UInt16(TickToken.byteCount), chain: 1, index: UInt32(number), word: word
      ).write(to: &frame, at: frame.byteCount - TickToken.byteCount)
    }
  }

  private func addFunds() {
    addPaid(depth, FundRequest(lease: 1, handle: 0)) { connection, place, frame in
      let lease = connection * Self.leaseCount + place % Self.leaseCount + 1
      frame.store(UInt64(lease), at: FrameHeader.byteCount)
    }
  }

  private func addAcquires(_ count: Int) {
    addPaid(
      count,
      AcquireRequest(
        resource: market.resource, units: 1, flags: [], keyHash: SHA256.keyHash(Self.key), minimum: 0)
    ) { _, _, _ in }
  }

  private func addReleases(_ turn: Int) {
    add(depth, ReleaseRequest(handle: 1)) { _, place, frame in
      frame.store(UInt32(Self.leaseCount + turn * depth + place + 1), at: FrameHeader.byteCount)
    }
  }

  private func addExchanges() {
    let outputs = [NoteOutput(amount: 1, binding: 0), NoteOutput(amount: 1, binding: 0)]
    addPaid(depth, ExchangeRequest(handle: 0, count: 2), records: outputs) { _, _, _ in }
  }

  private func addChecks() {
    add(depth, CheckRequest(lease: 1)) { connection, place, frame in
      let lease = connection * Self.leaseCount + place % Self.leaseCount + 1
      frame.store(UInt64(lease), at: FrameHeader.byteCount)
    }
  }

  /// As `add`, with a fresh note in each.
  private func addPaid(
    _ count: Int, _ request: some WireRequest, records: [NoteOutput] = [],
    _ fill: (_ connection: Int, _ place: Int, _ frame: inout MutableRawSpan) -> Void
  ) {
    var notes = notes
    self.notes = []
    guard let sample = notes.last else { return }
    add(count, request, records: records, payment: [sample]) { connection, place, frame in
      fill(connection, place, &frame)
      notes.popLast()?.write(to: &frame, at: frame.byteCount - NoteToken.byteCount)
    }
    self.notes = notes
  }

  /// Adds `count` requests to the next turn of each connection: made once, then copied, numbered, and given by `fill` what is
  /// theirs alone.
  private func add(
    _ count: Int, _ request: some WireRequest, records: [NoteOutput] = [], payment: [NoteToken] = [],
    tick: TickToken? = nil, _ fill: (_ connection: Int, _ place: Int, _ frame: inout MutableRawSpan) -> Void
  ) {
    for (index, client) in clients.enumerated() {
      let template = client.frame(
        request, records: records, payment: payment, tick: tick, number: client.number, window: nil)
      let keepsReceipt = unsafe template.span.bytes.uint16(at: FrameHeader.wordOffset) > 0
      for place in 0..<count {
        let number = client.number
        client.number += 1
        unsafe broker.turns.add(to: connections[index], turn: turn) { room in
          unsafe room.copyBytes(from: template)
          var frame = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<template.count]).mutableBytes
          frame.store(number, at: FrameHeader.numberOffset)
          if keepsReceipt {
            frame.store(UInt16(min(Int(number), depth)), at: FrameHeader.wordOffset)
          }
          fill(index, place, &frame)
          return template.count
        }
      }
    }
  }
}
