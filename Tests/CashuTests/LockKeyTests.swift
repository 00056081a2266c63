import Cashu
import Foundation
import Testing

@Suite("Keys that unlock ecash")
struct LockKeyTests {
  let curve: Curve

  init() throws { curve = try #require(CurveVectors.curve) }

  private struct Witness: Decodable { let signatures: [String] }

  @Test("Signatures are those that were recorded, and valid for their secret and key alone")
  func recorded() throws {
    let recording = try CurveVectors.recording()
    let secret = try #require(Bytes32(hex: recording.p2pk_privkey))
    let key = try #require(LockKey(secret: secret, curve: curve))
    let other = try #require(key.leaseKey(1))
    #expect(key.publicKey.hex == recording.p2pk_pubkey)
    for proof in recording.p2pk_proofs {
      let witness = try JSONDecoder().decode(Witness.self, from: Data((proof.witness ?? "").utf8))
      let signature = try #require(witness.signatures.first.flatMap { SchnorrSignature(hex: $0) })
      #expect(key.sign(proof.secret, auxiliary: CurveVectors.bytes(0)) == signature)
      #expect(curve.verify(signature, secret: proof.secret, key: key.publicKey))
      #expect(!curve.verify(signature, secret: proof.secret + " ", key: key.publicKey))
      #expect(!curve.verify(signature, secret: proof.secret, key: other.publicKey))
      for bit in stride(from: 0, to: 512, by: 37) {
        var bytes = signature.bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        let edited = try #require(SchnorrSignature(bytes))
        #expect(!curve.verify(edited, secret: proof.secret, key: key.publicKey))
      }
    }
  }

  @Test("Signatures with random bytes differ, and are valid")
  func signatures() throws {
    for _ in 0..<500 {
      let key = try #require(LockKey(secret: CurveVectors.random(), curve: curve))
      let message = CurveVectors.random()
      let signature = try #require(key.sign(message: message, auxiliary: CurveVectors.random()))
      #expect(curve.verify(signature, message: message, key: key.publicKey.x))
      #expect(!curve.verify(signature, message: CurveVectors.random(), key: key.publicKey.x))
      #expect(key.sign(message: message, auxiliary: CurveVectors.random()) != signature)
      #expect(SchnorrSignature(hex: signature.hex) == signature)
    }
  }

  @Test("Signatures and keys that are none are refused")
  func hostile() throws {
    let key = try #require(LockKey(secret: CurveVectors.random(), curve: curve))
    let (order, message) = (try #require(CurveVectors.order), CurveVectors.random())
    for r in [CurveVectors.bytes(0), CurveVectors.bytes(255), order] {
      for s in [CurveVectors.bytes(0), CurveVectors.bytes(255), order] {
        let signature = try #require(SchnorrSignature(r.bytes + s.bytes))
        #expect(!curve.verify(signature, message: message, key: key.publicKey.x))
        #expect(!curve.verify(signature, message: message, key: CurveVectors.bytes(0)))
        #expect(!curve.verify(signature, message: message, key: CurveVectors.bytes(255)))
      }
    }
    #expect(SchnorrSignature([UInt8](repeating: 1, count: 63)) == nil)
    #expect(SchnorrSignature(hex: String(repeating: "1", count: 130)) == nil)
  }

  @Test("A lease's public key follows from the public one, its secret from the secret one")
  func leases() throws {
    for _ in 0..<200 {
      let key = try #require(LockKey(master: CurveVectors.random(), curve: curve))
      for lease in [0, 1, .max, UInt64.random(in: 0...(.max))] {
        let derived = try #require(key.leaseKey(lease))
        #expect(curve.leaseKey(key.publicKey, lease: lease) == derived.publicKey)
        #expect(derived.publicKey != key.publicKey)
        #expect(curve.leaseKey(key.publicKey, lease: lease ^ 1) != derived.publicKey)
        let message = CurveVectors.random()
        let signature = try #require(derived.sign(message: message, auxiliary: CurveVectors.bytes(0)))
        #expect(curve.verify(signature, message: message, key: derived.publicKey.x))
        #expect(!curve.verify(signature, message: message, key: key.publicKey.x))
      }
    }
  }

  /// A derivation that changed would lose what is locked.
  @Test("Derivation is what it was")
  func golden() throws {
    let key = try #require(LockKey(master: CurveVectors.bytes(1), curve: curve))
    #expect(key.publicKey.hex == "03b5ff1f7bae26ce1e048e0370ea5cd206e7b3641c143bd577b8da6aadcf1a7574")
    #expect(key.leaseKey(0)?.publicKey.hex == "02cbf780dbd4d873b0954663c1140d437b43698c7eb495d446c9c939fe6a522001")
    let derived = key.leaseKey(0x0123_4567_89AB_CDEF)?.publicKey
    #expect(derived?.hex == "02de5218c24b2373ff95e8a0bda8db0500cbb8e10932aabb3e0ce3c2f2c4aea84b")
  }
}
