import Harness
import Testing
import WireProtocol

/// A broker that is started again goes on where the one before it ended.
@Suite(.serialized) struct RestartTests {
  @Test(arguments: [false, true])
  func leasesReceiptsAndSpentNotesComeBack(isUnix: Bool) throws {
    let transport = try SocketTransport(isUnix: isUnix)
    defer { transport.stop() }
    let market = try #require(try Market(transport))
    let session = Bytes16(low: 0xABC, high: 0xDEF)
    let client = try market.client(session: session)
    let note = market.notes(1, of: 60_000)
    let acquired = try #require(client.call(market.acquire(key: key(1)), payment: note, number: 1))
    let lease = try #require(acquired.part(AcquireReply.self))
    let money = market.notes(1, of: 30)
    let split = [NoteOutput(amount: 10, binding: 0), NoteOutput(amount: 20, binding: lease.lease)]
    let exchange = ExchangeRequest(handle: 0, count: 2)
    let exchanged = try #require(client.call(exchange, records: split, payment: money, number: 2, window: 2))
    client.number = 10
    let bound = try #require(client.call(BindRequest(lease: lease.lease, key: key(1)))?.part(BindReply.self))
    let use = UseRequest(handle: bound.handle, meter: 0, quantity: 1, useNumber: 7, lease: 0)
    #expect(client.call(use)?.status == .ok)
    let checked = try #require(client.call(CheckRequest(lease: lease.lease))?.part(CheckReply.self))

    try transport.restart()
    let again = TestClient(try transport.connect())
    #expect(again.hello(session: session)?.resumed == 1)
    let repeated = again.call(market.acquire(key: key(1)), payment: note, number: 1, window: 2)
    #expect(repeated?.isReplayed == true)
    #expect(repeated?.body == acquired.body)
    let notes = again.call(exchange, records: split, payment: money, number: 2, window: 2)
    #expect(notes?.isReplayed == true)
    #expect(notes?.body == exchanged.body)
    // The note is spent, whatever number asks.
    #expect(again.call(market.acquire(key: key(2)), payment: note, number: 3, window: 3)?.status == .noteSpent)
    again.number = 10
    let rebound = try #require(again.call(BindRequest(lease: lease.lease, key: key(1)))?.part(BindReply.self))
    #expect(rebound.useNumber == 7)
    let after = try #require(again.call(CheckRequest(lease: lease.lease))?.part(CheckReply.self))
    #expect(after.deadline == checked.deadline)
    #expect(after.epoch == checked.epoch)
    #expect(again.faults + client.faults + market.faults == [])
  }

  /// Several segments full of commands: a start begins with a snapshot, and what lies before it is gone.
  @Test func aSnapshotStandsForTheJournalBeforeIt() throws {
    let log = LogCapture()
    let transport = try SocketTransport(isUnix: true, log: log) {
      $0.followEverySegment()
      // On a busy machine the thread of the lowest priority would be outrun, until the money is used up.
      $0.slowDownAtOnce()
    }
    defer { transport.stop() }
    let market = try #require(try Market(transport))
    let client = try market.client()
    let lease = try #require(market.lease(client, paying: 3_000_000, key: key(1)))
    var number: UInt64 = 0
    var rounds = 0
    while log.lines.filter({ $0.contains("snapshot written") }).count < 3, rounds < 2_000 {
      var frames: [UInt8] = []
      for _ in 0..<200 {
        number += 1
        frames += client.frame(
          UseRequest(handle: lease.handle, meter: 0, quantity: 1, useNumber: number, lease: 0))
      }
      client.send(frames)
      for _ in 0..<200 { #expect(client.nextFrame()?.status == .ok) }
      rounds += 1
    }
    let checked = try #require(client.call(CheckRequest(lease: lease.id))?.part(CheckReply.self))
    try transport.restart()
    let recovered = try #require(log.lines.first { $0.contains("journal recovered") })
    #expect(!recovered.contains("snapshot=0 "))
    let again = try market.client()
    let after = try #require(again.call(CheckRequest(lease: lease.id))?.part(CheckReply.self))
    #expect(after.deadline == checked.deadline)
    #expect(after.epoch == checked.epoch)
    let bound = try #require(again.call(BindRequest(lease: lease.id, key: key(1)))?.part(BindReply.self))
    #expect(bound.useNumber == number)
  }

  /// Snapshots that lag behind slow requests down until they have caught up, and nothing is lost by it.
  @Test func aLagSlowsRequestsAndEnds() throws {
    let log = LogCapture()
    let transport = try SocketTransport(isUnix: true, log: log) {
      $0.followEverySegment()
      $0.slowDownAtOnce()
    }
    defer { transport.stop() }
    let market = try #require(try Market(transport))
    let client = try market.client()
    let lease = try #require(market.lease(client, paying: 3_000_000, key: key(1)))
    var number: UInt64 = 0
    while !log.lines.contains(where: { $0.contains("requests are not slowed any more") }), number < 400_000 {
      var frames: [UInt8] = []
      for _ in 0..<200 {
        number += 1
        frames += client.frame(
          UseRequest(handle: lease.handle, meter: 0, quantity: 1, useNumber: number, lease: 0))
      }
      client.send(frames)
      for _ in 0..<200 { #expect(client.nextFrame()?.status == .ok) }
    }
    let begun = try #require(log.lines.firstIndex { $0.hasPrefix("warning snapshots lag behind") })
    let ended = try #require(log.lines.firstIndex { $0.hasPrefix("notice requests are not slowed any more") })
    #expect(begun < ended)
    #expect(client.faults + market.faults == [])
  }

  @Test func anotherKeyIsRefused() throws {
    let transport = try SocketTransport(isUnix: true)
    defer { transport.stop() }
    _ = try #require(try Market(transport))
    try transport.forgetKey()
    #expect(throws: HarnessError.self) { try transport.restart() }
    #expect(transport.address.contains("master key"))
  }

  @Test func twoBrokersNeverShareAJournal() throws {
    let transport = try SocketTransport(isUnix: true)
    defer { transport.stop() }
    let path = try #require(transport.journalPath)
    let second = try SocketTransport(isUnix: true, mayFail: true) { $0.useJournal(at: path) }
    defer { second.stop() }
    #expect(second.address.hasPrefix("error"))
    #expect(second.address.contains("a broker runs with it"))
  }
}
