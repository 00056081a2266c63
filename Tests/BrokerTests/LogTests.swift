import Harness
import Testing
import TurnpikeCrypto
import WireProtocol

/// What a broker's log tells, and what it never does.
@Suite(.serialized) struct LogTests {
  /// A secret in the forms in which it could be written.
  private func forms(_ secret: Bytes16) -> [String] {
    let digits = Array("0123456789abcdef")
    let bytes = (0..<16).map { Int((($0 < 8 ? secret.low : secret.high) >> (UInt64($0) % 8 * 8)) & 0xFF) }
    let hex = bytes.flatMap { [digits[$0 >> 4], digits[$0 & 15]] }
    return [String(hex), "\(secret.low)", "\(secret.high)", "\(bytes)".filter { $0 != " " }]
  }

  @Test func noSecretIsLogged() throws {
    let log = LogCapture()
    let transport = try SocketTransport(isUnix: false, log: log)
    let market = try #require(try Market(transport))
    let session = Bytes16(low: 0x1122_3344_5566_7788, high: 0x99AA_BBCC_DDEE_FF11)
    let ownerKey = Bytes16(low: 0x1357_9BDF_0246_8ACE, high: 0x7531_FDB9_ECA8_6420)
    let client = try market.client(session: session)
    let notes = market.notes(2, of: 60_000)
    let reply = client.call(market.acquire(key: ownerKey), payment: [notes[0]])?.part(AcquireReply.self)
    let lease = try #require(reply).lease
    let bound = try #require(client.call(BindRequest(lease: lease, key: ownerKey))?.part(BindReply.self))
    #expect(client.call(BindRequest(lease: lease, key: session))?.status == .keyWrong)
    #expect(client.call(FundRequest(lease: lease, handle: 0), payment: [notes[0]])?.status == .noteSpent)
    let change = try #require(client.call(ReleaseRequest(handle: bound.handle))).notes
    let proof = Bytes16(low: 0xABCD_EF01_2345_6789, high: 0x1020_3040_5060_7080)
    let liar = TestClient(try transport.connect())
    liar.hello(session: session, role: .operator, nonce: proof)
    #expect(liar.call(AuthenticateRequest(proof: proof))?.status == .authenticationFailed)
    #expect(liar.readToEnd() == .authenticationFailed)
    transport.stop()
    let lines = log.lines
    #expect(lines.contains { $0.contains("connection opened") } && lines.contains { $0.contains("stopped") })
    for secret in [session, ownerKey, proof] + notes.map(\.tag) + change.map(\.tag) {
      for form in forms(secret) {
        let holders = lines.filter { $0.lowercased().filter { $0 != " " }.contains(form) }
        #expect(holders == [])
      }
    }
  }

  @Test func failedProofsAreLoggedWithinMeasure() throws {
    let log = LogCapture()
    let transport = try SocketTransport(isUnix: false, log: log)
    let credential = transport.credential(of: .operator, id: 0, generation: 0)
    // A frame whose MAC is wrong.
    let altered = TestClient(try transport.connect())
    #expect(altered.authenticate(credential) == .ok)
    var frame = altered.frame(AuditFiguresRequest())
    frame[frame.count - 1] ^= 1
    altered.send(frame)
    #expect(altered.readToEnd() == .macInvalid)
    for id in UInt64(1)...40 {
      let client = TestClient(try transport.connect())
      client.hello(role: .provider, id: id)
      #expect(client.call(AuthenticateRequest(proof: key(id)))?.status == .authenticationFailed)
      #expect(client.readToEnd() == .authenticationFailed)
    }
    transport.stop()
    let lines = log.lines.filter { $0.contains("a role was not proved") }
    #expect(lines.allSatisfy { $0.hasPrefix("notice ") && $0.contains("peer=127.0.0.1:") })
    #expect(lines.contains { $0.contains("role=operator") && $0.contains("reason=macInvalid") })
    #expect(
      lines.contains { $0.contains("role=provider") && $0.contains("id=1") && $0.contains("authenticationFailed") })
    // Ten in ten seconds.
    #expect((10...30).contains(lines.count))
  }
}
