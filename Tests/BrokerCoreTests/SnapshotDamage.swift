import BrokerCore
import Testing
import WireProtocol

/// A snapshot that is damaged, and what is done with a state that was read from it.
protocol DamageSubject {
  var bytes: [UInt8] { get }
  /// Whose commands they are that follow, and the number of the next one.
  var session: UInt64 { get }
  var number: UInt64 { get }

  /// Where it is damaged next.
  func damagedRange(_ random: inout RandomSource) -> Range<Int>
  func goOn(_ bench: Bench, _ random: inout RandomSource)
}

/// What a checksum would not let through: snapshots with wrong bytes, and what is done with a state that was read from one.
enum SnapshotDamage {
  /// Each is read once as it is; damaged, it is refused, or is a state that goes on like any other.
  static func judge(_ subjects: [some DamageSubject], turnCount: Int, seed: UInt64, leastRead: Int = 1_000) {
    var random = RandomSource(seed: seed)
    var (refused, read) = (0, 0)
    for turn in 0..<turnCount {
      let subject = subjects[turn % subjects.count]
      var bytes = subject.bytes
      if turn >= subjects.count { damage(&bytes, in: subject.damagedRange(&random), &random) }
      var snapshot = MemorySnapshot(bytes: bytes)
      guard let machine = StateMachine.read(snapshot: &snapshot) else {
        refused += 1
        #expect(turn >= subjects.count, "an undamaged snapshot is refused")
        continue
      }
      read += 1
      let bench = Bench(machine, session: subject.session, number: subject.number)
      let problem = bench.machine.checkInvariants()
      #expect(problem == nil, "turn \(turn)")
      subject.goOn(bench, &random)
      let later = bench.machine.checkInvariants()
      #expect(later == nil, "turn \(turn), late")
    }
    #expect(refused > 1_000 && read > leastRead, "\(refused) refused, \(read) read")
  }

  /// Where the sections lie from number `tag` to the end.
  static func sections(of bytes: [UInt8], from tag: Int) -> Range<Int> {
    var offset = 0
    func word(_ at: Int) -> Int { Int(truncatingIfNeeded: unsafe bytes.span.bytes.uint64(at: at)) }
    while offset < bytes.count, word(offset) & 0xFFFF_FFFF != tag {
      offset += 32 + (word(offset) >> 32 * word(offset + 8) + 7) / 8 * 8
    }
    return offset..<bytes.count
  }

  /// One bit, one byte, or one number that is an index, an instant, an amount or a word from elsewhere.
  static func damage(_ bytes: inout [UInt8], in range: Range<Int>, _ random: inout RandomSource) {
    let at = range.lowerBound + random.below(range.count / 8) * 8
    let other = range.lowerBound + random.below(range.count / 8) * 8
    func store(_ value: UInt64, _ byteCount: Int, at offset: Int) {
      for byte in 0..<byteCount { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
    }
    let half = at + random.below(2) * 4
    switch random.below(8) {
    case 0, 1: bytes[at + random.below(8)] ^= 1 << UInt8(random.below(8))
    case 2: bytes[at + random.below(8)] = UInt8(random.below(9))
    case 3: store(UInt64(random.below(12)), 4, at: half)
    case 4: store(UInt64(UInt32.max), 4, at: half)
    case 5: store(random.one(in: 2) ? .max : 1 << UInt64(random.below(64)), 8, at: at)
    case 6: for byte in 0..<8 { bytes[at + byte] = bytes[other + byte] }
    default: for byte in 0..<8 { bytes.swapAt(at + byte, other + byte) }
    }
  }

  /// Applies encoded bytes, whatever comes of it.
  static func apply(_ command: [UInt8], to machine: inout StateMachine) {
    var reply = [UInt8](repeating: 0, count: CoreLimits.replyByteCountMax)
    var mutable = reply.mutableSpan
    var span = unsafe mutable.mutableBytes
    _ = unsafe machine.apply(command.span.bytes, reply: &span)
    while machine.nextEffect() != nil {}
  }

  /// Moves time on, and all that is due then.
  static func advance(_ machine: inout StateMachine, by duration: UInt64) {
    let instant = machine.now + duration
    var bytes = [UInt8](repeating: 0, count: 64)
    var mutable = bytes.mutableSpan
    var span = unsafe mutable.mutableBytes
    var builder = CommandBuilder(AdvanceCommand(now: instant), in: &span)
    let count = builder.finish(in: &span) ?? 0
    var left = 2_000
    repeat {
      apply(Array(bytes[..<count]), to: &machine)
      left -= 1
    } while left > 0 && machine.isBehind(instant)
  }
}
