import Payments
import Testing
import TurnpikeCrypto
import WireProtocol

@Suite struct NoteRailTests {
  @Test(arguments: [UInt32(1), 2])
  func aNoteThatWasWrittenIsAuthentic(epoch: UInt32) throws {
    let fixture = try NoteFixture()
    let token = fixture.token(epoch: epoch, serial: UInt64.max, amount: UInt64.max, binding: 3)
    let verdict = token.withSpan { NoteRail.verify($0, keyring: fixture.keyring) }
    #expect(
      verdict == .authentic(VerifiedNote(keyEpoch: epoch, serial: UInt64.max, amount: UInt64.max, binding: 3)))
  }

  /// Layout and tag, computed with another implementation from the documented formulas.
  @Test func theBytesAreAsDocumented() throws {
    let fixture = try NoteFixture()
    let fields = "e803000000000000" + "0900000000000000"
    let hmac = fixture.token(epoch: 1, serial: 0x0102_0304_0506_0708, binding: 9)
    #expect(hex(hmac) == "01003000" + "01000000" + "0807060504030201" + fields + "83f588efce491934b3d9a7eb7d3f55ae")
    let sipHash = fixture.token(epoch: 2, serial: 0x0102_0304_0506_0708, binding: 9)
    #expect(hex(sipHash) == "01003000" + "02000000" + "0807060504030201" + fields + "d4bb03dd7545b838b79ab69474817c89")
  }

  @Test func aNoteIsWrittenTheSameEveryTime() throws {
    let fixture = try NoteFixture()
    #expect(fixture.token() == fixture.token())
    #expect(fixture.token(serial: 7) != fixture.token(serial: 8))
  }

  @Test(arguments: [UInt32(1), 2])
  func everyAlteredBitIsRefused(epoch: UInt32) throws {
    let fixture = try NoteFixture()
    let token = fixture.token(epoch: epoch)
    for bit in 0..<8 * token.count {
      var altered = token
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      let verdict = fixture.verdict([altered])
      let expected: [Status] =
        switch bit / 8 {
        case 0: [.railUnknown]
        case 1..<4: [.paymentMalformed]
        // An epoch that is there has another key.
        case 4..<8: [.noteEpochUnknown, .noteForged]
        default: [.noteForged]
        }
      #expect(expected.contains(verdict.status), "bit \(bit)")
    }
  }

  @Test func noAmountOfTagBitsIsEnough() throws {
    let fixture = try NoteFixture()
    var token = fixture.token()
    token.replaceSubrange(32..., with: [UInt8](repeating: 0, count: 16))
    #expect(fixture.verdict([token]).isRefused(.noteForged))
    token.replaceSubrange(32..., with: [UInt8](repeating: 0xff, count: 16))
    #expect(fixture.verdict([token]).isRefused(.noteForged))
  }

  @Test func aTagOfAnotherEpochIsRefused() throws {
    let fixture = try NoteFixture()
    var token = fixture.token(epoch: 1)
    token.replaceSubrange(32..., with: fixture.token(epoch: 2)[32...])
    #expect(fixture.verdict([token]).isRefused(.noteForged))
  }

  @Test func aNoteOfAnotherBrokerIsRefused() throws {
    let fixture = try NoteFixture()
    var other = NoteKeyring()
    let keys = KeyDerivation(masterKey: try SecretKey.repeating(0x5b))
    let added = other.add(epoch: 1, algorithm: .hmacSha256_128, genesis: 1, from: keys)
    #expect(added)
    let token = fixture.token(epoch: 1)
    let verdict = token.withSpan { NoteRail.verify($0, keyring: other) }
    #expect(verdict == .refused(.noteForged))
  }

  @Test func anAuthenticNoteOfNothingIsRefused() throws {
    let fixture = try NoteFixture()
    #expect(fixture.verdict([fixture.token(), fixture.token(amount: 0)]).isRefused(.amountInvalid, token: 1))
  }

  @Test func anotherSizeIsMalformed() throws {
    let fixture = try NoteFixture()
    let token = fixture.token() + [0]
    for byteCount in 0...token.count where byteCount != NoteToken.byteCount {
      let verdict = Array(token[..<byteCount]).withSpan { NoteRail.verify($0, keyring: fixture.keyring) }
      #expect(verdict == .refused(.paymentMalformed))
    }
  }

  @Test func writingNeedsRoomAndAKnownEpoch() throws {
    let fixture = try NoteFixture()
    var bytes = [UInt8](repeating: 0xee, count: 100)
    func write(epoch: UInt32, at offset: Int) -> Bool {
      let note = VerifiedNote(keyEpoch: epoch, serial: 1, amount: 1, binding: 0)
      return bytes.withMutableSpan { NoteRail.write(note, to: &$0, at: offset, keyring: fixture.keyring) }
    }
    let refused = [
      write(epoch: 1, at: 53), write(epoch: 1, at: -1), write(epoch: 1, at: Int.max), write(epoch: 3, at: 0),
    ]
    #expect(refused == [false, false, false, false])
    #expect(bytes.allSatisfy { $0 == 0xee })
    let written = write(epoch: 1, at: 52)
    #expect(written)
    #expect(bytes[..<52].allSatisfy { $0 == 0xee })
  }
}
