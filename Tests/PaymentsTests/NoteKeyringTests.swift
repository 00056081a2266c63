import Payments
import Testing
import TurnpikeCrypto
import WireProtocol

@Suite struct NoteKeyringTests {
  /// The status of a note that another keyring, which has every epoch, made.
  private static func status(ofEpoch epoch: UInt32, in keyring: borrowing NoteKeyring) throws -> Status? {
    let keys = KeyDerivation(masterKey: try SecretKey.repeating(1))
    var maker = NoteKeyring()
    let added = maker.add(epoch: epoch, algorithm: algorithm(of: epoch), genesis: 1, from: keys)
    #expect(added)
    var token = [UInt8](repeating: 0, count: NoteToken.byteCount)
    let note = VerifiedNote(keyEpoch: epoch, serial: 1, amount: 1, binding: 0)
    let written = token.withMutableSpan { NoteRail.write(note, to: &$0, at: 0, keyring: maker) }
    #expect(written)
    switch token.withSpan({ NoteRail.verify($0, keyring: keyring) }) {
    case .authentic(note): return .ok
    case .authentic: return nil
    case .refused(let status): return status
    }
  }

  private static func algorithm(of epoch: UInt32) -> TagAlgorithm { epoch % 2 == 0 ? .hmacSha256_128 : .siphash2_4_128 }

  @Test(arguments: [
    Array(1...8), Array((1...8).reversed()), [5, 1, 8, 2, 7, 3, 6, 4],
  ])
  func epochsOfEitherAlgorithmComeAndGo(order: [UInt32]) throws {
    let keys = KeyDerivation(masterKey: try SecretKey.repeating(1))
    var keyring = NoteKeyring()
    #expect(try Self.status(ofEpoch: 1, in: keyring) == .noteEpochUnknown)
    for (index, epoch) in order.enumerated() {
      let added = keyring.add(epoch: epoch, algorithm: Self.algorithm(of: epoch), genesis: 1, from: keys)
      let again = keyring.add(epoch: epoch, algorithm: Self.algorithm(of: epoch), genesis: 1, from: keys)
      let count = keyring.count
      #expect(added)
      #expect(!again)
      #expect(count == index + 1)
      for known in 1...UInt32(8) {
        let expected: Status = order[...index].contains(known) ? .ok : .noteEpochUnknown
        #expect(try Self.status(ofEpoch: known, in: keyring) == expected)
      }
    }
    let ninth = keyring.add(epoch: 9, algorithm: .hmacSha256_128, genesis: 1, from: keys)
    #expect(!ninth)
    #expect(try Self.status(ofEpoch: 9, in: keyring) == .noteEpochUnknown)

    let leaving = order.shuffled()
    for (index, epoch) in leaving.enumerated() {
      let removed = keyring.remove(epoch: epoch)
      let again = keyring.remove(epoch: epoch)
      let count = keyring.count
      #expect(removed)
      #expect(!again)
      #expect(count == 7 - index)
      for kept in leaving[(index + 1)...] { #expect(try Self.status(ofEpoch: kept, in: keyring) == .ok) }
      #expect(try Self.status(ofEpoch: epoch, in: keyring) == .noteEpochUnknown)
    }
  }

  @Test func theHighestEpochNumbersAreEpochsToo() throws {
    let keys = KeyDerivation(masterKey: try SecretKey.repeating(1))
    var keyring = NoteKeyring()
    for epoch in [UInt32.max, 0, UInt32.max - 1] {
      let added = keyring.add(epoch: epoch, algorithm: Self.algorithm(of: epoch), genesis: 1, from: keys)
      #expect(added)
    }
    for epoch in [UInt32.max, 0, UInt32.max - 1] {
      #expect(try Self.status(ofEpoch: epoch, in: keyring) == .ok)
    }
  }

  /// The algorithm is part of the key: a SipHash key learnt from a weak tag would say nothing about HMAC notes.
  @Test func anotherAlgorithmIsAnotherKey() throws {
    let keys = KeyDerivation(masterKey: try SecretKey.repeating(1))
    var keyring = NoteKeyring()
    let added = keyring.add(epoch: 2, algorithm: .siphash2_4_128, genesis: 1, from: keys)
    #expect(added)
    #expect(try Self.status(ofEpoch: 2, in: keyring) == .noteForged)
  }
}
