import Testing
import TurnpikeCrypto
import WireProtocol

@Suite struct ConnectionAuthenticatorTests {
  private static let handshake = handshake(request: counting(64), reply: counting(96))
  private static let identity = RoleIdentity(role: .provider, id: 7, generation: 3)

  private static func handshake(request: [UInt8], reply: [UInt8]) -> RoleHandshake {
    unsafe RoleHandshake(request: request.span.bytes, reply: reply.span.bytes)
  }

  /// One end of a connection. The role key is that of `KeyDerivationTests`.
  private static func end(
    _ side: ConnectionAuthenticator.Side, handshake: RoleHandshake = handshake,
    key: String = "afcb33783e92796a643b8039a585c775630cd3ea962c9d2ebefc283001d0bc23"
  ) throws -> ConnectionAuthenticator {
    guard let key = bytes(key).withSpan({ SecretKey($0) }) else { throw MissingKey() }
    return handshake.authenticator(RoleCredential(identity: identity, key: key), side: side)
  }

  /// A frame with room for its MAC.
  private static func frame(_ byteCount: Int = 24) -> [UInt8] { counting(byteCount) + [UInt8](repeating: 0, count: 16) }

  /// The next frames of `sender`, sealed.
  private static func sealed(_ count: Int, by sender: inout ConnectionAuthenticator) -> [[UInt8]] {
    (0..<count).map { _ in
      var frame = frame()
      let sealed = sender.seal(&frame)
      #expect(sealed)
      return frame
    }
  }

  /// Computed with another implementation from the documented formulas.
  @Test func proofAndMACsAreAsDocumented() throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    #expect(hex(of: client.clientProof()) == "1cddc2fa83df64153d537d3393a43a65")
    let macs = (Self.sealed(2, by: &client) + Self.sealed(2, by: &broker)).map { hex($0[24...]) }
    #expect(
      macs == [
        "359c7cff070f251a0a5a74c4cd0fd55a", "7098df1886503227e7e1b18103185549",
        "bdeed3e80e74428ff5debf526f298f63", "6d7caf1b4773c5d977cabb72b0fc46c4",
      ])
  }

  @Test func bothDirectionsAreAcceptedInOrder() throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    let proved = broker.accepts(proof: client.clientProof())
    #expect(proved)
    for _ in 0..<3 {
      for frame in Self.sealed(2, by: &client) {
        let accepted = broker.verify(frame)
        #expect(accepted)
      }
      for frame in Self.sealed(3, by: &broker) {
        let accepted = client.verify(frame)
        #expect(accepted)
      }
    }
  }

  @Test(arguments: [16, 17, 38, 39, 40, 46, 47, 48, 64, 200, 65_520])
  func framesOfAnySizeAreAccepted(byteCount: Int) throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    var frame = Self.frame(byteCount)
    let sealed = client.seal(&frame)
    #expect(sealed)
    #expect(Array(frame[..<byteCount]) == counting(byteCount))
    let accepted = broker.verify(frame)
    #expect(accepted)
  }

  @Test func everyAlteredBitIsRefused() throws {
    var client = try Self.end(.client)
    let frame = Self.sealed(1, by: &client)[0]
    for bit in 0..<8 * frame.count {
      var broker = try Self.end(.broker)
      var altered = frame
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      let accepted = broker.verify(altered)
      #expect(!accepted, "bit \(bit)")
    }
  }

  @Test func aShorterOrLongerFrameIsRefused() throws {
    var client = try Self.end(.client)
    let frame = Self.sealed(1, by: &client)[0]
    for byteCount in 0..<frame.count {
      var broker = try Self.end(.broker)
      let accepted = broker.verify(Array(frame[..<byteCount]))
      #expect(!accepted, "\(byteCount) bytes")
    }
    var broker = try Self.end(.broker)
    let accepted = broker.verify(frame + [0])
    #expect(!accepted)
  }

  @Test func aFrameWithoutRoomIsNotSealed() throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    for byteCount in 0..<32 {
      var short = [UInt8](repeating: 0xee, count: byteCount)
      let sealed = client.seal(&short)
      #expect(!sealed)
      #expect(short.allSatisfy { $0 == 0xee })
    }
    // It did not count: the next one is still the first.
    let frame = Self.sealed(1, by: &client)[0]
    let accepted = broker.verify(frame)
    #expect(accepted)
  }

  @Test func anInjectedFrameEndsIt() throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    let frames = Self.sealed(2, by: &client)
    let accepted = [broker.verify(frames[0]), broker.verify(Self.frame()), broker.verify(frames[1])]
    #expect(accepted == [true, false, false])
  }

  @Test func aReplayedFrameEndsIt() throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    let frames = Self.sealed(2, by: &client)
    let accepted = [broker.verify(frames[0]), broker.verify(frames[0]), broker.verify(frames[1])]
    #expect(accepted == [true, false, false])
  }

  @Test func aReorderedOrDroppedFrameEndsIt() throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    let frames = Self.sealed(3, by: &client)
    let accepted = [broker.verify(frames[0]), broker.verify(frames[2]), broker.verify(frames[1])]
    #expect(accepted == [true, false, false])
  }

  @Test func aReflectedFrameEndsIt() throws {
    var client = try Self.end(.client)
    var broker = try Self.end(.broker)
    let (request, reply) = (Self.sealed(1, by: &client)[0], Self.sealed(1, by: &broker)[0])
    let accepted = [client.verify(request), broker.verify(reply)]
    #expect(accepted == [false, false])
  }

  /// A frame of another connection of the same client, and a proof that was watched there.
  @Test func nothingIsCarriedOverFromAnotherConnection() throws {
    let (request, reply) = (counting(64), counting(96))
    var others = [Self.handshake(request: reply, reply: request)]
    for index in request.indices {
      var changed = request
      changed[index] ^= 1
      others.append(Self.handshake(request: changed, reply: reply))
    }
    for index in reply.indices {
      var changed = reply
      changed[index] ^= 1
      others.append(Self.handshake(request: request, reply: changed))
    }
    for handshake in others {
      var client = try Self.end(.client, handshake: handshake)
      var broker = try Self.end(.broker)
      let proved = broker.accepts(proof: client.clientProof())
      let accepted = broker.verify(Self.sealed(1, by: &client)[0])
      #expect(!proved)
      #expect(!accepted)
    }
  }

  /// Role, id and generation stand in HELLO's frame, and each has a key of its own.
  @Test func anotherKeyIsRefused() throws {
    let broker = try Self.end(.broker)
    let client = try Self.end(.client, key: String(repeating: "00", count: 32))
    let proved = broker.accepts(proof: client.clientProof())
    #expect(!proved)
    let empty = broker.accepts(proof: Bytes16())
    #expect(!empty)
  }
}
