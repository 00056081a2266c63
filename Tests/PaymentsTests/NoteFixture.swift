import Payments
import Testing
import TurnpikeCrypto
import WireProtocol

/// A keyring with epoch 1 (HMAC) and epoch 2 (SipHash), and the bytes of notes and payments made with it.
struct NoteFixture: ~Copyable {
  let keyring: NoteKeyring

  init() throws {
    let keys = KeyDerivation(masterKey: try SecretKey.repeating(0x5a))
    var keyring = NoteKeyring()
    let added = [
      keyring.add(epoch: 1, algorithm: .hmacSha256_128, genesis: 1, from: keys),
      keyring.add(epoch: 2, algorithm: .siphash2_4_128, genesis: 1, from: keys),
    ]
    #expect(added == [true, true])
    self.keyring = keyring
  }

  /// The 48 bytes of a note.
  func token(epoch: UInt32 = 1, serial: UInt64 = 7, amount: UInt64 = 1_000, binding: UInt64 = 0) -> [UInt8] {
    var token = [UInt8](repeating: 0xee, count: NoteToken.byteCount)
    let note = VerifiedNote(keyEpoch: epoch, serial: serial, amount: amount, binding: binding)
    let written = token.withMutableSpan { NoteRail.write(note, to: &$0, at: 0, keyring: keyring) }
    #expect(written)
    return token
  }

  /// A payment block of whole tokens.
  static func block(_ tokens: [[UInt8]]) -> [UInt8] {
    let content = tokens.flatMap { $0 }
    return [UInt8(truncatingIfNeeded: content.count), UInt8(content.count >> 8), UInt8(tokens.count), 0] + content
  }

  /// Verifies a payment of `tokens`.
  func verdict(_ tokens: [[UInt8]]) -> PaymentVerdict { verdict(block: Self.block(tokens)) }

  /// Verifies a payment block. Whatever is refused must leave the payment worth nothing.
  func verdict(block: [UInt8]) -> PaymentVerdict {
    var payment = VerifiedPayment()
    let verdict = payment.verify(block, keyring: keyring)
    if verdict.status != .ok {
      let (count, total) = (payment.count, payment.total)
      #expect(count == 0)
      #expect(total == 0)
    }
    return verdict
  }
}

extension PaymentVerdict {
  /// Equality with both parts spelled out.
  func isRefused(_ status: Status, token: UInt8 = 0) -> Bool { self.status == status && self.token == token }
}
