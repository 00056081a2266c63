import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// Requests of a mix of operations on a broker's leases.
///
/// Each connection has leases of its own, which it binds and uses; FUND and CHECK go to all leases of the run. Where a lease is used by
/// ticks a chain is opened on it, out of its purse.
@safe public struct TurnpikeWorkload: Workload, ~Copyable {
  /// What a connection keeps of a lease that it uses.
  private struct Held {
    var lease: UInt64 = 0
    var useNumber: UInt64 = 0
    var handle: UInt32 = 0
    /// The last word that was shown, and for how many uses more it has paid.
    var index: UInt32 = 0
    var paidCount: UInt32 = 0
    /// Where the words of its chain begin.
    var words = 0
  }

  /// What a connection is at.
  private struct Lane {
    var number: UInt64 = 0
    var counter = FrameCounter()
    var card = 0
    var held = 0
    var chained = 0
  }

  /// As `Workload` says.
  public let name: String
  private let leases: LeaseSupply
  private let notes: NoteSupply?
  private let resource: UInt64
  private let connectionCount: Int
  private let depth: UInt64
  private let tokenCount: Int
  private let sessions: [Bytes16]

  private let deck: Fixed<Operation>
  private let lanes: Fixed<Lane>
  private let held: Fixed<Held>
  private let heldCount: Int
  private let chainedCount: Int
  private let chainLength: Int
  private let usesPerWord: UInt32
  private let chainNumber: UInt32
  private let words: Fixed<Bytes16>

  private let use: FrameTemplate
  private let tick: FrameTemplate
  private let fund: FrameTemplate
  private let acquire: FrameTemplate
  private let check: FrameTemplate
  private let ping: FrameTemplate

  private var heldKeys: KeySequence
  private var leaseKeys: KeySequence
  private var nextNote = 0
  private var keyHash: UInt64

  /// - Parameters:
  ///   - notes: For ACQUIRE and FUND, `tokenCount` of which pay for one request.
  ///   - words: How many words all chains have together.
  ///   - round: Counts the workloads with ticks on these leases, from 1.
  ///
  /// Throws a `RunFailure` when leases or words do not suffice.
  public init(
    _ mix: Mix, on leases: LeaseSupply, acquiring resource: UInt64, notes: NoteSupply?, tokenCount: Int,
    words wordCount: Int,
    keys: KeyChoice, connections: Int, depth: Int, round: UInt32
  ) throws {
    let plan = try LeasePlan(mix, leases: leases.count, words: wordCount, connections: connections)
    let (heldCount, chainedCount, chainLength) = (plan.heldCount, plan.chainedCount, plan.chainLength)
    var sessions: [Bytes16] = []
    for _ in 0..<connections { sessions.append(try .secret()) }
    let keyHash = try Bytes16.secret().low
    var held = (0..<heldCount * connections).map { Held(lease: leases.lease($0)) }
    var words = [Bytes16](repeating: Bytes16(), count: chainedCount * connections * (chainLength + 1))
    for chain in 0..<chainedCount * connections {
      let place = chain / chainedCount * heldCount + chain % chainedCount
      held[place].words = chain * (chainLength + 1)
      words[held[place].words + chainLength] = try .secret()
      let hashes = HashChain(lease: held[place].lease, number: round)
      for index in stride(from: held[place].words + chainLength, to: held[place].words, by: -1) {
        words[index - 1] = hashes.word(1, before: words[index], at: UInt32(index - held[place].words))
      }
    }

    name = mix.name
    self.leases = leases
    self.notes = notes
    self.resource = resource
    self.tokenCount = tokenCount
    self.depth = UInt64(depth)
    connectionCount = connections
    self.sessions = sessions
    self.keyHash = keyHash
    (self.heldCount, self.chainedCount, self.chainLength, chainNumber) = (heldCount, chainedCount, chainLength, round)
    usesPerWord = UInt32(plan.usesPerWord)
    deck = Fixed(mix.deck, or: .ping)
    lanes = Fixed((0..<connections).map { Lane(card: $0 % mix.deck.count) }, or: Lane())
    self.held = Fixed(held, or: Held())
    self.words = Fixed(words, or: Bytes16())

    use = FrameTemplate(
      frame(.use, number: 1, UseRequest(handle: 1, meter: 0, quantity: 1, useNumber: 1, lease: 0)))
    let sampleTick = TickToken(
      rail: .chain, byteCount: UInt16(TickToken.byteCount), chain: round, index: 1, word: Bytes16())
    tick = FrameTemplate(
      frame(
        .use, number: 1, UseRequest(handle: 1, meter: 0, quantity: 1, useNumber: 1, lease: 0),
        tokens: [token(sampleTick)]))
    let sampleNotes = Array(
      repeating: token(
        NoteToken(
          rail: .note, byteCount: UInt16(NoteToken.byteCount), keyEpoch: 0, serial: 0, amount: 1, binding: 0,
          tag: Bytes16())), count: tokenCount)
    fund = FrameTemplate(frame(.fund, word: 1, number: 1, FundRequest(lease: 1, handle: 0), tokens: sampleNotes))
    acquire = FrameTemplate(
      frame(
        .acquire, word: 1, number: 1,
        AcquireRequest(resource: resource, units: 1, flags: [], keyHash: Bytes16(), minimum: 0), tokens: sampleNotes))
    check = FrameTemplate(frame(.check, number: 1, CheckRequest(lease: 1)))
    ping = FrameTemplate(frame(.ping, number: 1, PingRequest(echo: 0)))

    heldKeys = KeySequence(keys, of: heldCount, seed: keyHash)
    leaseKeys = KeySequence(keys, of: leases.count, seed: keyHash &+ 2)
  }

  /// As `Workload` says.
  public var requestByteCountMax: Int { max(tick.byteCount, acquire.byteCount, fund.byteCount) }

  // MARK: Greeting

  /// As `Workload` says.
  public func greeting(of connection: Int) -> [UInt8] {
    var bytes = hello(session: sessions[connection])
    for place in 0..<heldCount {
      let lease = held[connection * heldCount + place].lease
      let key = leases.key(connection * heldCount + place)
      bytes += frame(.bind, number: 1 << 62 + UInt64(place) + 1, BindRequest(lease: lease, key: key))
    }
    for place in 0..<chainedCount {
      // The handles of a connection count from 1.
      let root = words[held[connection * heldCount + place].words]
      let handle = UInt32(place) + 1
      bytes += frame(
        .closeChain, word: 1, number: UInt64(2 * place) + 1, CloseChainRequest(handle: handle, chain: chainNumber - 1))
      bytes += frame(
        .openChain, word: 1, number: UInt64(2 * place) + 2,
        OpenChainRequest(
          handle: handle, chain: chainNumber, weight: UInt64(usesPerWord), length: UInt32(chainLength), root: root))
    }
    return bytes
  }

  /// As `Workload` says.
  public mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict {
    // They may be many: taken apart only when there is as much as they take.
    guard bytes.count >= heldCount * (FrameHeader.byteCount + Refusal.byteCount) else { return .unfinished }
    let frames = wholeFrames(bytes)
    guard frames.count >= 1 + heldCount + 2 * chainedCount else { return .unfinished }
    guard frames[0].verdict == .accepted else { return frames[0].verdict }
    for place in 0..<heldCount {
      let bound = Array(frames[1 + place])
      guard bound[...].verdict == .accepted, let reply = unsafe BindReply(bound.span.bytes, at: FrameHeader.byteCount)
      else {
        return bound[...].verdict
      }
      held[connection * heldCount + place].handle = reply.handle
      held[connection * heldCount + place].useNumber = reply.useNumber
    }
    for place in 0..<chainedCount {
      // That there was no chain of an earlier round is no error.
      let opened = frames[1 + heldCount + 2 * place + 1].verdict
      guard opened == .accepted else { return opened }
    }
    lanes[connection].number = UInt64(2 * chainedCount)
    return .accepted
  }

  // MARK: Requests

  /// As `Workload` says.
  @inline(__always)
  public mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    let card = lanes[connection].card
    let next = card + 1
    lanes[connection].card = next == deck.count ? 0 : next
    let number = lanes[connection].number &+ 1
    let byteCount =
      switch deck[card] {
      case .use: unsafe writeUse(of: connection, to: bytes)
      case .useTick, .useTick16: unsafe writeTick(of: connection, to: bytes)
      case .fund: unsafe writeFund(number, to: bytes)
      case .acquire: unsafe writeAcquire(number, to: bytes)
      case .check: unsafe writeCheck(of: connection, to: bytes)
      case .ping: unsafe writePing(to: bytes)
      }
    if byteCount > 0 {
      lanes[connection].number = number
      unsafe bytes.put(number, at: FrameHeader.numberOffset)
    }
    return byteCount
  }

  @inline(__always)
  private mutating func writeUse(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe use.copy(to: bytes)
    let place = connection * heldCount + heldKeys.key(of: connection)
    held[place].useNumber &+= 1
    unsafe bytes.put(held[place].handle, at: 16)
    unsafe bytes.put(held[place].useNumber, at: 32)
    return use.byteCount
  }

  /// A use of a lease shows a word when what the last one paid for is used up.
  @inline(__always)
  private mutating func writeTick(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    let chained = lanes[connection].chained
    lanes[connection].chained = chained + 1 == chainedCount ? 0 : chained + 1
    let place = connection * heldCount + chained
    let isPaid = held[place].paidCount > 0
    guard isPaid || held[place].index < chainLength else { return 0 }
    if isPaid { unsafe use.copy(to: bytes) } else { unsafe tick.copy(to: bytes) }
    held[place].useNumber &+= 1
    unsafe bytes.put(held[place].handle, at: 16)
    unsafe bytes.put(held[place].useNumber, at: 32)
    guard !isPaid else {
      held[place].paidCount &-= 1
      return use.byteCount
    }
    held[place].index &+= 1
    held[place].paidCount = usesPerWord &- 1
    let index = held[place].index
    let word = words[held[place].words + Int(index)]
    let at = tick.byteCount - TickToken.byteCount
    unsafe bytes.put(index, at: at + 8)
    unsafe bytes.put(word.low, at: at + 16)
    unsafe bytes.put(word.high, at: at + 24)
    return tick.byteCount
  }

  @inline(__always)
  private mutating func writeFund(_ number: UInt64, to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe fund.copy(to: bytes)
    guard unsafe putNotes(number, before: fund.byteCount, to: bytes) else { return 0 }
    unsafe bytes.put(leases.lease(leaseKeys.key(of: 0)), at: 16)
    return fund.byteCount
  }

  @inline(__always)
  private mutating func writeAcquire(_ number: UInt64, to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe acquire.copy(to: bytes)
    guard unsafe putNotes(number, before: acquire.byteCount, to: bytes) else { return 0 }
    keyHash &+= 0x9E37_79B9_7F4A_7C15
    unsafe bytes.put(keyHash, at: 32)
    return acquire.byteCount
  }

  /// The next notes, and the window: what is not under way any more need not be kept.
  @inline(__always)
  private mutating func putNotes(_ number: UInt64, before end: Int, to bytes: UnsafeMutableRawPointer) -> Bool {
    guard let notes, notes.count - nextNote >= tokenCount else { return false }
    unsafe bytes.put(UInt16(truncatingIfNeeded: min(number, depth)), at: FrameHeader.wordOffset)
    let byteCount = tokenCount * NoteToken.byteCount
    unsafe (bytes + (end - byteCount)).copyMemory(from: notes.bytes(at: nextNote), byteCount: byteCount)
    nextNote += tokenCount
    return true
  }

  @inline(__always)
  private mutating func writeCheck(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe check.copy(to: bytes)
    unsafe bytes.put(leases.lease(leaseKeys.key(of: connection)), at: 16)
    return check.byteCount
  }

  @inline(__always)
  private func writePing(to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe ping.copy(to: bytes)
    return ping.byteCount
  }

  // MARK: Replies

  /// As `Workload` says.
  @inline(__always)
  public mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    unsafe lanes[connection].counter.take(bytes, of: connection, into: meter)
  }

  /// As `Workload` says.
  public func statusName(_ status: Int) -> String { turnpikeStatusName(status) }
}

/// The specification's name of a status.
func turnpikeStatusName(_ status: Int) -> String {
  if status == FrameCounter.goodbye { return "GOODBYE" }
  return Status(rawValue: UInt16(clamping: status))?.specificationName ?? "\(status)"
}
