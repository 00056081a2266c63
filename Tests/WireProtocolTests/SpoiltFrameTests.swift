import Testing
import WireProtocol

/// Vectors with bytes changed at random, from a fixed seed: nothing traps, and what the walk accepts can be read.
struct SpoiltFrameTests {
  /// xorshift64*, so that a failure can be repeated.
  private struct Generator {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next(_ bound: Int) -> Int {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Int(truncatingIfNeeded: (state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(bound, 1)
    }
  }

  @Test func whatIsAcceptedCanBeRead() throws {
    let vectors = try VectorFile.load("hand.json").vectors
    var generator = Generator()
    var (accepted, refused) = (0, 0)
    for round in 0..<200 {
      for vector in vectors {
        var octets = vector.octets
        for _ in 0...generator.next(3) { octets[generator.next(octets.count)] = UInt8(generator.next(256)) }
        if round.isMultiple(of: 2) {
          octets.removeLast(generator.next(octets.count - 16))
          for index in 0..<4 { octets[index] = UInt8(truncatingIfNeeded: octets.count >> (8 * index)) }
        }
        let isAccepted = vector.kind == .command ? try walk(command: octets) : try walk(frame: octets, vector.kind)
        if isAccepted { accepted += 1 } else { refused += 1 }
      }
    }
    #expect(accepted > 500 && refused > 500)
  }

  private func walk(frame octets: [UInt8], _ kind: VectorFile.Kind) throws -> Bool {
    let raw = unsafe octets.span.bytes
    let layout = FrameLayout(raw, direction: kind.direction)
    guard layout.status == .ok else { return false }
    #expect(Int(layout.header.length) == octets.count && layout.contentEnd <= octets.count)
    let opcode = Opcode(rawValue: layout.header.opcode).map { pascal($0.specificationName) }
    let push = PushCode(rawValue: layout.header.opcode).map { pascal($0.specificationName) + "Push" }
    let name = kind == .request ? opcode.map { $0 + "Request" } : kind == .push ? push : opcode.map { $0 + "Reply" }
    let isRefusal = (kind == .reply || kind == .refusal) && layout.header.word != 0
    let layoutName = isRefusal ? "Refusal" : try #require(name)
    let type = try #require(LayoutValues.byName[layoutName])
    let isRead = LayoutValues.read(type, raw, at: layout.fixedOffset) != nil
    #expect(isRead)
    return true
  }

  private func walk(command octets: [UInt8]) throws -> Bool {
    let raw = unsafe octets.span.bytes
    guard let view = CommandView(raw) else { return false }
    #expect(view.byteCount <= octets.count && view.paymentOffset <= octets.count)
    let type = try #require(LayoutValues.byName[pascal(view.header.kind.specificationName) + "Command"])
    return LayoutValues.read(type, raw, at: view.fixedOffset) != nil
  }
}
