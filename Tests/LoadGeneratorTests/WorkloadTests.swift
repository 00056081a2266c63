import Histogram
import LoadGenerator
import Testing

/// Replies of the peers, in pieces of every size.
@Suite struct WorkloadTests {
  private func statuses(_ work: consuming some Workload & ~Copyable, _ replies: [UInt8], asked: Int) -> [[UInt64]] {
    (1...replies.count).map { size in
      let meter = Meter(connections: 1, depth: asked)
      for _ in 0..<asked { meter.requested(0, from: 1) }
      var count = 0
      for start in stride(from: 0, to: replies.count, by: size) {
        let piece = Array(replies[start..<min(start + size, replies.count)])
        count += unsafe piece.withUnsafeBytes { unsafe work.takeReplies(in: $0, of: 0, into: meter) }
      }
      return [UInt64(count), meter.count(of: 0), meter.count(of: 1), meter.count(of: 2)]
    }
  }

  @Test func redis() {
    let replies = Array("+OK\r\n$-1\r\n-ERR no\r\n*2\r\n:10\r\n:-20\r\n:5\r\n*0\r\n".utf8)
    let work = RedisWorkload(.set, leases: 1, keys: .inTurn, connections: 1, firstNumber: 0)
    for found in statuses(work, replies, asked: 6) { #expect(found == [6, 4, 1, 1]) }
  }

  @Test func bare() {
    let work = BareWorkload(name: "bare", request: 16, reply: 24, connections: 1)
    for found in statuses(work, [UInt8](repeating: 0, count: 24 * 5), asked: 5) { #expect(found == [5, 5, 0, 0]) }
  }

  /// HEADERS, DATA and the HEADERS that end the stream; then a stream that is reset; in between what is no reply.
  @Test func etcd() {
    func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: Int) -> [UInt8] {
      [0, UInt8(payload >> 8), UInt8(payload & 255), type, flags, 0, 0, 0, stream]
        + [UInt8](repeating: 7, count: payload)
    }
    let replies =
      frame(4, 1, 0, 0) + frame(1, 4, 1, 14) + frame(0, 0, 1, 300) + frame(8, 0, 0, 4) + frame(1, 5, 1, 24)
      + frame(6, 0, 0, 8) + frame(3, 0, 3, 4)
    let work = EtcdWorkload(host: "etcd:1", connections: 1)
    for found in statuses(work, replies, asked: 2) { #expect(found == [2, 1, 1, 0]) }
  }

  @Test func latenciesAreThoseOfTheirRequests() {
    let meter = Meter(connections: 2, depth: 4)
    (meter.begin, meter.end) = (100, 200)
    for instant in [90, 100, 150, 200] as [UInt64] { meter.requested(1, from: instant) }
    meter.instant = 1_150
    for _ in 0..<4 { meter.replied(1, 0) }
    // Only those of the measured part.
    #expect(meter.latencies.totalCount == 2)
    #expect(meter.latencies.valueAtPercentile(100) == meter.latencies.highestEquivalentForValue(1_050))
    // A reply that nobody asked for is counted, and has no latency.
    meter.replied(0, 3)
    #expect(meter.count(of: 3) == 1)
    #expect(meter.latencies.totalCount == 2)
  }

  /// What is never answered took at least until one gives up waiting.
  @Test func whatIsNotAnsweredHasALatency() {
    let meter = Meter(connections: 2, depth: 4)
    (meter.begin, meter.end) = (100, 200)
    for instant in [90, 110, 120, 200] as [UInt64] { meter.requested(0, from: instant) }
    meter.requested(1, from: 150)
    meter.instant = 130
    for _ in 0..<2 { meter.replied(0, 0) }
    #expect(meter.latencies.totalCount == 1)
    meter.giveUp(at: 5_150)
    // Of three that are left one was asked after the measured part.
    #expect(meter.latencies.totalCount == 3)
    #expect(meter.latencies.count(within: 4_990...5_040) == 2)
    // Each once.
    meter.giveUp(at: 9_999)
    #expect(meter.latencies.totalCount == 3)
    #expect(meter.count(of: 0) == 2)
  }

  /// Instants in milliseconds: a connection is full from 10 to 50.
  @Test func whoseDoingALateRequestIs() {
    let millisecond: UInt64 = 1_000_000
    var room = RoomWatch()
    #expect(room.hadRoom(at: 1 * millisecond))
    room.note(hasRoom: true, at: 9 * millisecond)
    #expect(room.hadRoom(at: 9 * millisecond))
    for instant in [10, 20, 30] as [UInt64] { room.note(hasRoom: false, at: instant * millisecond) }
    // Late before it became full.
    #expect(room.hadRoom(at: 8 * millisecond))
    // A burst that was due in the millisecond before, and what came after it, while one after the other was answered.
    for instant in [9, 10, 15, 25, 35] as [UInt64] { #expect(!room.hadRoom(at: instant * millisecond)) }
    room.note(hasRoom: true, at: 50 * millisecond)
    #expect(room.hadRoom(at: 55 * millisecond))
    room.note(hasRoom: false, at: 60 * millisecond)
    #expect(room.hadRoom(at: 55 * millisecond))
    #expect(!room.hadRoom(at: 60 * millisecond))
  }

  @Test func keys() {
    var uniform = KeySequence(.uniform, of: 100, seed: 7)
    var counts = [Int](repeating: 0, count: 100)
    for _ in 0..<100_000 { counts[uniform.key(of: 0)] += 1 }
    #expect(counts.min() ?? 0 > 800 && counts.max() ?? 0 < 1_200)
    var zipf = KeySequence(.zipf(exponent: 1), of: 100, seed: 7)
    counts = [Int](repeating: 0, count: 100)
    for _ in 0..<100_000 { counts[zipf.key(of: 0)] += 1 }
    // The harmonic number of 100 is 5.187.
    #expect(abs(Double(counts[0]) - 100_000 / 5.187) < 1_500)
    #expect(abs(Double(counts[9]) - 10_000 / 5.187) < 400)
    var inTurn = KeySequence(.inTurn, of: 3, seed: 1)
    #expect((0..<6).map { _ in inTurn.key(of: 0) } == [1, 2, 0, 1, 2, 0])
  }
}
