import Cashu
import Testing

/// Readers are total: whatever bytes they get, they give a value that holds what it promises, or an error. What is
/// changed is what was good before.
@Suite("Changed bytes")
struct FormatMutationTests {
  /// Reads bytes as everything that comes from outside, and checks what was read against its own promises.
  private static func read(_ bytes: [UInt8], _ outputs: [BlindedMessage]) -> Int {
    var taken = 0
    do throws(FormatError) {
      let token = try Token(bytes)
      taken += 1
      // What can be read can be made, and says the same again, if it fits.
      let made = try Token(mint: token.mint, unit: token.unit, memo: token.memo, proofs: token.proofs)
      #expect(made == token && token.amount == token.proofs.reduce(0) { $0 + $1.amount })
      let again = try Token(token.raw())
      #expect(again.amount == token.amount)
    } catch {
      #expect(taken == 0 || error == .tooLarge)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let request = try? PaymentRequest(text: text) {
      taken += 1
      #expect((try? request.text()).flatMap { try? PaymentRequest(text: $0) } == request)
    }
    if case .key(let key, _) = SpendingCondition(secret: text) {
      taken += 1
      #expect(text.contains("\"\(key.hex)\""))
    }
    taken += (try? MintInfo(bytes)) == nil ? 0 : 1
    taken += (try? MintQuote(bytes)) == nil ? 0 : 1
    taken += (try? MeltQuote(bytes)) == nil ? 0 : 1
    taken += (try? Keyset.all(in: bytes)) == nil ? 0 : 1
    taken += (try? KeysetSummary.all(in: bytes)) == nil ? 0 : 1
    taken += (try? BlindSignature.all(in: bytes, for: outputs)) == nil ? 0 : 1
    taken += (try? RestoredSignature.all(in: bytes, for: outputs)) == nil ? 0 : 1
    taken += (try? ProofState.all(in: bytes, for: outputs.map(\.point))) == nil ? 0 : 1
    let refusal = MintRefusal(status: 400, body: bytes)
    #expect(refusal.detail.utf8.allSatisfy { 0x20...0x7e ~= $0 } && refusal.detail.utf8.count <= 256)
    return taken
  }

  private static func samples() throws -> [[UInt8]] {
    let vectors = try FormatVectors.mint()
    var samples = vectors.tokens.map { Array($0.serialized.utf8) }
    for serialized in vectors.tokens {
      let token = try Token(text: serialized.serialized)
      let few = try Token(mint: token.mint, unit: token.unit, memo: "memo", proofs: Array(token.proofs.prefix(2)))
      samples += [try few.raw(), Array(try few.text().utf8), Array(try few.text(.cashuA).utf8)]
    }
    samples +=
      vectors.p2pk_proofs.prefix(1).map { Array($0.secret.utf8) } + vectors.p2pk_not_plain.map { Array($0.secret.utf8) }
    let request = try PaymentRequest(
      id: "b7a90176", amount: 10, unit: "sat", isSingleUse: true, mints: [vectors.url], description: "d",
      transports: [.init(type: "nostr", target: "nprofile1", tags: [["n", "17"]])],
      lock: .init(kind: "P2PK", data: "02"))
    samples.append(Array(try request.text().utf8))
    for name in try FormatVectors.exchanges().keys.sorted() { samples.append(try FormatVectors.exchange(name).answer) }
    return samples
  }

  @Test("Every prefix, and every sample with one byte changed, by all readers")
  func systematic() throws {
    var count = 0
    for sample in try Self.samples() {
      for end in stride(from: 0, to: sample.count, by: sample.count > 1_500 ? 13 : 1) {
        _ = Self.read(Array(sample[..<end]), [])
        var changed = sample
        changed[end] ^= 1 << UInt8(end % 8)
        _ = Self.read(changed, [])
        count += 2
      }
    }
    #expect(count > 10_000)
  }

  @Test("Random changes: bytes put in, taken out, doubled, swapped, joined with another sample's")
  func random() throws {
    let samples = try Self.samples()
    // Those that outweigh all others come as they are above.
    let small = samples.filter { $0.count < 2_500 }
    let structure =
      Array("{}[]\",:\\u00-1.eE \n0xff".utf8) + [
        0, 0x7f, 0x80, 0xa0, 0x9f, 0xbf, 0xff, 0xf6, 0xf7, 0x1b, 0x3b, 0x5b, 0x7b, 0x9b, 0xbb,
      ]
    var generator = SeededGenerator(seed: 20_251)
    var taken = 0
    for _ in 0..<15_000 {
      var bytes = small.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let at = Int.random(in: 0...max(0, bytes.count - 1), using: &generator)
        let byte = structure.randomElement(using: &generator) ?? 0
        switch Int.random(in: 0..<7, using: &generator) {
        case 0 where !bytes.isEmpty: bytes[at] = byte
        case 1 where !bytes.isEmpty: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.insert(byte, at: min(at, bytes.count))
        case 3 where !bytes.isEmpty: bytes.remove(at: at)
        case 4:
          bytes.insert(
            contentsOf: bytes[at...].prefix(Int.random(in: 1...40, using: &generator)), at: min(at, bytes.count))
        case 5:
          bytes = Array(bytes[..<min(at, bytes.count)]) + (small.randomElement(using: &generator) ?? []).suffix(200)
        default: bytes.append(contentsOf: [UInt8](repeating: byte, count: Int.random(in: 1...300, using: &generator)))
        }
      }
      taken += Self.read(bytes, [])
    }
    #expect(taken > 100)
  }

  @Test("CBOR inside of tokens and requests with bytes changed before they become base64")
  func insideBase64() throws {
    let token = try Token(text: FormatVectors.mint().tokens[1].serialized)
    let few = try Token(mint: token.mint, unit: token.unit, memo: "memo", proofs: Array(token.proofs.prefix(2)))
    let raw = try few.raw()
    var taken = 0
    for at in raw.indices {
      for byte in UInt8.min...UInt8.max where byte != raw[at] {
        var changed = raw
        changed[at] = byte
        taken += (try? Token(changed)) == nil ? 0 : 1
      }
    }
    // Most bytes are those of secrets, points and scalars.
    #expect(taken > 10_000)
  }
}
