import Cashu
import Testing

@Suite("Blind signatures and their proofs")
struct BlindingTests {
  let curve: Curve
  let recording: CurveVectors.Recording

  init() throws {
    curve = try #require(CurveVectors.curve)
    recording = try CurveVectors.recording()
  }

  private func key(_ amount: UInt64, isOftenUsed: Bool = false) throws -> MintKey {
    let key = try #require(recording.keyset.keys[String(amount)].flatMap { CompressedPoint(hex: $0) })
    return try #require(curve.mintKey(key, isOftenUsed: isOftenUsed))
  }

  private func signer(_ amount: UInt64) throws -> BlindSigner {
    let secret = try #require(recording.private_keys[String(amount)].flatMap { Bytes32(hex: $0) })
    return try #require(BlindSigner(secret: secret, curve: curve))
  }

  @Test("A mint's tokens are valid under the key of their amount, and of no other", arguments: [false, true])
  func tokens(isOftenUsed: Bool) throws {
    let keys = try [1, 2, 4, 8, 16].map { try key($0, isOftenUsed: isOftenUsed) }
    let proofs = try (recording.proofs + recording.p2pk_proofs).map { try #require($0.proof()) }
    #expect(proofs.count == 10)
    for proof in proofs {
      for (index, key) in keys.enumerated() { #expect(curve.verify(proof, key: key) == (proof.amount == 1 << index)) }
    }
  }

  @Test("A token of which anything was changed is not valid", arguments: [false, true])
  func editedTokens(isOftenUsed: Bool) throws {
    for recorded in recording.proofs + recording.p2pk_proofs {
      let (proof, key) = (try #require(recorded.proof()), try key(recorded.amount, isOftenUsed: isOftenUsed))
      let dleq = try #require(proof.dleq)
      let r = try #require(dleq.r)
      var edited: [Proof] = []
      func edit(_ change: (inout Proof) throws -> Void) rethrows {
        var copy = proof
        try change(&copy)
        edited.append(copy)
      }
      edit { $0.secret += " " }
      edit { $0.secret = $0.secret.uppercased() + "." }
      edit { $0.signature = CompressedPoint(isOdd: !$0.signature.isOdd, x: $0.signature.x) }
      edit { $0.dleq = nil }
      edit { $0.dleq?.r = nil }
      edit { $0.dleq = DLEQProof(e: dleq.s, s: dleq.e, r: r) }
      for bit in [0, 7, 100, 255] {
        edit { $0.dleq?.e = dleq.e.flipped(bit) }
        edit { $0.dleq?.s = dleq.s.flipped(bit) }
        edit { $0.dleq?.r = r.flipped(bit) }
        edit { $0.signature = CompressedPoint(isOdd: $0.signature.isOdd, x: $0.signature.x.flipped(bit)) }
      }
      for value in [CurveVectors.bytes(0), CurveVectors.bytes(255), try #require(CurveVectors.order)] {
        edit { $0.dleq?.e = value }
        edit { $0.dleq?.s = value }
        edit { $0.dleq?.r = value }
      }
      for other in recording.proofs where other.secret != recorded.secret {
        try edit { $0.dleq = try #require(other.proof()).dleq }
        try edit { $0.signature = try #require(other.proof()).signature }
        edit { $0.secret = other.secret }
      }
      for edited in edited { #expect(!curve.verify(edited, key: key)) }
      #expect(curve.verify(proof, key: key))
    }
  }

  @Test("Outputs of a swap are blinded, signed, proven and unblinded as they were")
  func swap() throws {
    for output in recording.swap_outputs {
      let (key, r) = (try key(output.amount), try #require(Bytes32(hex: output.r)))
      let blinded = try #require(curve.blind(output.secret, factor: r))
      #expect(blinded.hex == output.B_)
      let signature = try #require(CompressedPoint(hex: output.C_))
      let dleq = try #require(output.dleq.proof())
      #expect(curve.verify(dleq, signature: signature, blinded: blinded, key: key))
      #expect(curve.unblind(signature, factor: r, key: key)?.hex == output.C)
      // The mint's nonce follows from what it signs, so its whole answer does.
      let signed = try #require(signer(output.amount).sign(blinded))
      #expect(signed.signature == signature && signed.dleq.e == dleq.e && signed.dleq.s == dleq.s)
      let other = try self.key(output.amount * 2)
      #expect(!curve.verify(dleq, signature: signature, blinded: blinded, key: other))
      #expect(!curve.verify(dleq, signature: blinded, blinded: signature, key: key))
      #expect(curve.unblind(signature, factor: r, key: other)?.hex != output.C)
    }
  }

  @Test("What one blinds and a mint signs is valid for whoever is given it, and nothing else is")
  func roundTrips() throws {
    let signers = try (0..<4).map { _ in try #require(BlindSigner(secret: CurveVectors.random(), curve: curve)) }
    let often = try signers.map { try #require(curve.mintKey($0.publicKey.compressed, isOftenUsed: true)) }
    for round in 0..<2_000 {
      let (signer, key, other) = (signers[round % 4], often[round % 4], often[(round + 1) % 4])
      let (secret, r) = (CurveVectors.random().hex, CurveVectors.random())
      let blinded = try #require(curve.blind(secret, factor: r))
      let signed = try #require(signer.sign(blinded))
      #expect(curve.verify(signed.dleq, signature: signed.signature, blinded: blinded, key: signer.publicKey))
      #expect(curve.verify(signed.dleq, signature: signed.signature, blinded: blinded, key: key))
      #expect(!curve.verify(signed.dleq, signature: signed.signature, blinded: blinded, key: other))
      let signature = try #require(curve.unblind(signed.signature, factor: r, key: key))
      #expect(signer.verify(secret, signature: signature))
      #expect(!signer.verify(secret + "0", signature: signature))
      let mirrored = CompressedPoint(isOdd: !signature.isOdd, x: signature.x)
      #expect(!signer.verify(secret, signature: mirrored))
      let keyset = try #require(KeysetID(hex: "009a1f293253e41e"))
      let dleq = DLEQProof(e: signed.dleq.e, s: signed.dleq.s, r: r)
      var proof = Proof(amount: 1, keyset: keyset, secret: secret, signature: signature, dleq: dleq)
      let hashed = try #require(curve.hashToCurve(secret))
      #expect(curve.verify(proof, key: key) && curve.verify(proof, key: signer.publicKey))
      #expect(curve.verify(proof, hashed: hashed, key: key))
      #expect(!curve.verify(proof, key: other))
      let bit = Int.random(in: 0..<256)
      switch round % 4 {
      case 0: proof.dleq?.e = dleq.e.flipped(bit)
      case 1: proof.dleq?.s = dleq.s.flipped(bit)
      case 2: proof.dleq?.r = r.flipped(bit)
      default: proof.secret += "0"
      }
      #expect(!curve.verify(proof, key: key) && !curve.verify(proof, key: signer.publicKey))
    }
  }

  @Test("A signature with another key, proven with that key, is not valid under the mint's")
  func forgery() throws {
    let (mint, forger) = (try signer(1), try #require(BlindSigner(secret: CurveVectors.random(), curve: curve)))
    let r = CurveVectors.random()
    let blinded = try #require(curve.blind("secret", factor: r))
    let (honest, forged) = (try #require(mint.sign(blinded)), try #require(forger.sign(blinded)))
    #expect(!curve.verify(forged.dleq, signature: forged.signature, blinded: blinded, key: mint.publicKey))
    #expect(!curve.verify(forged.dleq, signature: honest.signature, blinded: blinded, key: mint.publicKey))
    #expect(!curve.verify(honest.dleq, signature: forged.signature, blinded: blinded, key: mint.publicKey))
    #expect(honest.dleq.r == nil)
  }

  @Test("A factor of 0 or n is none, even where it would fit", arguments: [false, true])
  func factors(isOftenUsed: Bool) throws {
    let (signer, key) = (try signer(1), try key(1, isOftenUsed: isOftenUsed))
    let hashed = try #require(curve.hashToCurve("secret").flatMap(curve.compressed))
    let signed = try #require(signer.sign(hashed))
    #expect(signer.verify("secret", signature: signed.signature))
    let keyset = try #require(KeysetID(hex: "009a1f293253e41e"))
    for factor in [CurveVectors.bytes(0), try #require(CurveVectors.order)] {
      let dleq = DLEQProof(e: signed.dleq.e, s: signed.dleq.s, r: factor)
      let proof = Proof(amount: 1, keyset: keyset, secret: "secret", signature: signed.signature, dleq: dleq)
      #expect(!curve.verify(proof, key: key))
      #expect(curve.unblind(signed.signature, factor: factor, key: key) == nil)
    }
  }

  @Test("Random values are never valid")
  func noise() throws {
    let (key, keyset) = (try key(1, isOftenUsed: true), try #require(KeysetID(hex: "009a1f293253e41e")))
    let ends = [CurveVectors.bytes(0), CurveVectors.bytes(255), CurveVectors.order, CurveVectors.orderLessOne]
    // Every fourth scalar is at an end of what there is.
    func scalar() -> Bytes32 {
      let end = Int.random(in: 0..<16)
      return end < ends.count ? ends[end] ?? CurveVectors.random() : CurveVectors.random()
    }
    for round in 0..<2_000 {
      let dleq = DLEQProof(e: scalar(), s: scalar(), r: scalar())
      let point = CompressedPoint(isOdd: round % 2 == 0, x: CurveVectors.random())
      let proof = Proof(amount: 1, keyset: keyset, secret: "\(round)", signature: point, dleq: dleq)
      #expect(!curve.verify(proof, key: key))
      #expect(!curve.verify(dleq, signature: point, blinded: key.compressed, key: key))
    }
  }

  @Test("What is no point, or sums up to infinity, is refused")
  func hostile() throws {
    let key = try key(1, isOftenUsed: true)
    let signer = try signer(1)
    let nowhere = CompressedPoint(isOdd: false, x: CurveVectors.bytes(0))
    #expect(signer.sign(nowhere) == nil)
    #expect(!signer.verify("secret", signature: nowhere))
    #expect(curve.unblind(nowhere, factor: CurveVectors.bytes(1), key: key) == nil)
    let dleq = DLEQProof(e: CurveVectors.bytes(1), s: CurveVectors.bytes(2), r: CurveVectors.bytes(1))
    #expect(!curve.verify(dleq, signature: nowhere, blinded: key.compressed, key: key))
    #expect(!curve.verify(dleq, signature: key.compressed, blinded: nowhere, key: key))
    // C = -rA, so that C_ is infinity; e = s of the key 1, so that R1 is.
    let one = try #require(Bytes32(hex: String(repeating: "0", count: 63) + "1"))
    let keyset = try #require(KeysetID(hex: "009a1f293253e41e"))
    let negative = CompressedPoint(isOdd: !key.compressed.isOdd, x: key.compressed.x)
    let proof = Proof(
      amount: 1, keyset: keyset, secret: "secret", signature: negative,
      dleq: DLEQProof(e: one, s: one, r: one))
    #expect(!curve.verify(proof, key: key))
    let generator = try #require(BlindSigner(secret: one, curve: curve)).publicKey
    let both = DLEQProof(e: dleq.s, s: dleq.s, r: nil)
    #expect(!curve.verify(both, signature: key.compressed, blinded: key.compressed, key: generator))
  }
}
