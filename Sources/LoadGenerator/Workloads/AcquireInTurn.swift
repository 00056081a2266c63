import EventLoop
import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// ACQUIRE of the leases of a supply, one after the other, on one connection.
struct AcquireInTurn: Workload, ~Copyable {
  let name = "leases"
  private let leases: LeaseSupply
  private let notes: NoteSupply
  private let count: Int
  private let template: FrameTemplate
  private let session: Bytes16
  private var next: Int
  private var done = 0
  private var counter = FrameCounter()

  static let depth = 1024

  init(_ leases: LeaseSupply, from first: Int, count: Int, of resource: UInt64, notes: NoteSupply) throws(TurnpikeError)
  {
    self.leases = leases
    self.notes = notes
    self.count = count
    next = first
    session = try .secret()
    let sample = NoteToken(
      rail: .note, byteCount: UInt16(NoteToken.byteCount), keyEpoch: 0, serial: 0, amount: 1, binding: 0, tag: Bytes16()
    )
    template = FrameTemplate(
      frame(
        .acquire, word: 1, number: 1,
        AcquireRequest(resource: resource, units: 1, flags: [], keyHash: Bytes16(), minimum: 0), tokens: [token(sample)]
      ))
  }

  /// Until all are made; throws when one was refused, or the broker says nothing for `LoadLimits.silenceMilliseconds`.
  consuming func run(at endpoint: Endpoint, _ pace: Pace) throws {
    let count = count
    guard count > 0 else { return }
    let loop = try Loop()
    defer { loop.close() }
    let driver = Driver(self, on: loop, to: [endpoint], connections: 1, pace: pace)
    var failure: RunFailure?
    var (seen, silence): (UInt64, UInt64) = (0, 0)
    let watch = LoopTimer(on: loop) {
      let answered = driver.meter.answeredCount
      silence = answered == seen ? silence + 1000 : 0
      seen = answered
      guard silence >= LoadLimits.silenceMilliseconds else { return }
      failure = .late
      loop.stop()
    }
    watch.start(afterMilliseconds: 1000, repeatMilliseconds: 1000)
    driver.connect(
      ready: {
        driver.begin()
        driver.measure()
      }, exhausted: { driver.finish { loop.stop() } },
      failure: {
        failure = $0
        loop.stop()
      })
    loop.run()
    driver.close()
    if let failure { throw failure }
    guard driver.meter.count(of: 0) == UInt64(count) else {
      throw RunFailure.greeting(driver.result.errors.map { "\($0.name) \($0.count)" }.joined(separator: ", "))
    }
  }

  var requestByteCountMax: Int { template.byteCount }

  func greeting(of connection: Int) -> [UInt8] { hello(session: session) }

  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict {
    guard let reply = wholeFrames(bytes).first else { return .unfinished }
    return reply.verdict
  }

  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    guard done < count else { return 0 }
    unsafe template.copy(to: bytes)
    let number = UInt64(done) + 1
    unsafe bytes.put(UInt16(min(number, UInt64(Self.depth))), at: FrameHeader.wordOffset)
    unsafe bytes.put(number, at: FrameHeader.numberOffset)
    let hash = SHA256.keyHash(leases.key(next))
    unsafe bytes.put(hash.low, at: 32)
    unsafe bytes.put(hash.high, at: 40)
    unsafe (bytes + (template.byteCount - NoteToken.byteCount)).copyMemory(
      from: notes.bytes(at: done), byteCount: NoteToken.byteCount)
    next += 1
    done += 1
    return template.byteCount
  }

  mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    unsafe counter.take(bytes, of: connection, into: meter)
  }

  func statusName(_ status: Int) -> String { turnpikeStatusName(status) }
}
