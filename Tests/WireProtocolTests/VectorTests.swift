import Testing
import WireProtocol

/// Every golden vector: decoded, compared field by field, encoded again to the same bytes; and every way to spoil one refused.
struct VectorTests {
  @Test(arguments: ["hand.json", "generated.json"])
  func validVectorsDecodeAndEncode(_ file: String) throws {
    let vectors = try VectorFile.load(file).vectors
    #expect(vectors.count >= 80)
    for vector in vectors {
      if vector.kind == .command { try check(command: vector) } else { try check(frame: vector) }
    }
  }

  @Test func everyMessageHasAHandTypedVector() throws {
    let vectors = try VectorFile.load("hand.json").vectors
    let named = Set(vectors.map(\.layoutName))
    for opcode in Opcode.allCases {
      let name = pascal(opcode.specificationName)
      #expect(named.contains(name + "Request") && named.contains(name + "Reply"), "\(opcode)")
    }
    for code in PushCode.allCases { #expect(named.contains(pascal(code.specificationName) + "Push"), "\(code)") }
    for kind in CommandKind.allCases { #expect(named.contains(pascal(kind.specificationName) + "Command"), "\(kind)") }
  }

  @Test(arguments: [("hand.json", 50), ("generated.json", 1_000)])
  func spoiltVectorsAreRefused(_ name: String, _ leastCount: Int) throws {
    let file = try VectorFile.load(name)
    let byName = Dictionary(uniqueKeysWithValues: file.vectors.map { ($0.name, $0) })
    let rejects = try #require(file.rejects)
    #expect(rejects.count > leastCount)
    for reject in rejects {
      let vector = try #require(byName[reject.of])
      try check(reject, vector)
    }
    for vector in try #require(file.rejectFrames) {
      expect(vector.octets, vector.kind, status: try #require(vector.status), field: vector.field, vector.name)
    }
  }

  private func check(_ reject: VectorFile.Reject, _ vector: VectorFile.Vector) throws {
    let octets = vector.octets
    let name = "\(vector.name), \(reject.what ?? reject.rule ?? "")"
    switch reject.rule {
    case "truncate":
      for length in (vector.kind == .command ? 8 : 16)..<octets.count {
        expect(withLength(Array(octets[..<length])), vector.kind, status: reject.status, field: nil, name)
      }
    case "extend":
      for count in try #require(reject.byteCounts) {
        expect(
          withLength(octets + repeatElement(0, count: count)), vector.kind, status: reject.status, field: nil, name)
      }
    case "length":
      for length in try #require(reject.values) {
        var spoilt = octets
        for index in 0..<4 { spoilt[index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
        expect(spoilt, vector.kind, status: reject.status, field: nil, name)
      }
    default:
      var spoilt = octets
      for edit in try #require(reject.edit) {
        spoilt.replaceSubrange(edit.offset..<edit.offset + edit.octets.count, with: edit.octets)
      }
      expect(spoilt, vector.kind, status: reject.status, field: reject.field, name)
    }
  }

  private func expect(_ octets: [UInt8], _ kind: VectorFile.Kind, status: String, field: Int?, _ name: String) {
    let raw = unsafe octets.span.bytes
    guard kind != .command else {
      let isAccepted = isCommandAccepted(raw)
      #expect(!isAccepted, "\(name)")
      return
    }
    let isLengthValid = FrameHeader(raw)?.isLengthValid(byteCountMax: WireLimits.frameByteCountMax) ?? false
    guard isLengthValid else {
      #expect(status == "FRAME_LENGTH", "\(name)")
      return
    }
    let layout = FrameLayout(raw, direction: kind.direction)
    #expect(layout.status.specificationName == status, "\(name)")
    if let field { #expect(Int(layout.field) == field, "\(name)") }
  }

  private func isCommandAccepted(_ raw: RawSpan) -> Bool {
    guard let view = CommandView(raw), view.byteCount == raw.byteCount,
      let type = LayoutValues.byName[pascal(view.header.kind.specificationName) + "Command"],
      LayoutValues.read(type, raw, at: view.fixedOffset) != nil
    else { return false }
    return (0..<view.noteCount).allSatisfy { view.note($0, in: raw) != nil }
  }

  private func check(frame vector: VectorFile.Vector) throws {
    let octets = vector.octets
    let raw = unsafe octets.span.bytes
    let layout = FrameLayout(raw, direction: vector.kind.direction)
    try #require(layout.status == .ok, "\(vector.name): \(layout.status) \(layout.detail) \(layout.field)")
    let header = layout.header
    let values = [
      "length": "\(header.length)", "opcode": "\(header.opcode)", "flags": "\(header.flags.rawValue)",
      "word": "\(header.word)", "number": "\(header.number)",
    ]
    #expect(values == vector.header, "\(vector.name)")
    let type = try #require(LayoutValues.byName[vector.layoutName])
    let read = LayoutValues.read(type, raw, at: layout.fixedOffset)
    let fixed = try #require(read)
    #expect(LayoutValues.describe(fixed) == vector.fields, "\(vector.name)")
    #expect(
      layout.recordCount == vector.recordCount ?? 0 && layout.tokenCount == vector.tokenCount ?? 0, "\(vector.name)")

    // Encoded again from what was decoded.
    var again = [UInt8](repeating: 0xEE, count: octets.count)
    var typed = again.mutableSpan
    var span = unsafe typed.mutableBytes
    var builder = FrameBuilder(flags: header.flags.subtracting([.payment, .options]))
    builder.append(fixed, to: &span)
    for index in 0..<layout.recordCount {
      let at = layout.recordsOffset + index * layout.recordByteCount
      let record = try #require(LayoutValues.record(of: vector.layoutName))
      let found = LayoutValues.read(record, raw, at: at)
      let value = try #require(found)
      if let expected = vector.records, index < expected.count {
        #expect(LayoutValues.describe(value) == expected[index], "\(vector.name)")
      }
      builder.append(value, to: &span)
    }
    if let tick = vector.tick {
      let at = layout.paymentOffset + 4
      let token = TickToken(raw, at: at)
      #expect(layout.beginsWithTick, "\(vector.name)")
      #expect(LayoutValues.describe(try #require(token)) == tick, "\(vector.name)")
      builder.append(token: raw.extracting(at..<at + TickToken.byteCount), to: &span)
    }
    for index in 0..<(vector.tick == nil ? layout.tokenCount : 0) {
      let at = layout.paymentOffset + 4 + index * NoteToken.byteCount
      let token = NoteToken(raw, at: at)
      if let expected = vector.tokens, index < expected.count {
        #expect(LayoutValues.describe(try #require(token)) == expected[index], "\(vector.name)")
      }
      builder.append(token: raw.extracting(at..<at + NoteToken.byteCount), to: &span)
    }
    var options = FrameOptions(layout)
    var found: [String] = []
    while let option = options.next(in: raw) {
      let value = raw.extracting(option.valueOffset..<option.valueOffset + option.valueByteCount)
      found.append("\(option.type) \((0..<value.byteCount).map { value.uint8(at: $0) })")
      builder.append(option: option.type, value: value, to: &span)
    }
    #expect(found == (vector.options ?? []).map { "\($0.type) \(hexadecimal($0.value))" }, "\(vector.name)")
    let length = builder.finish(opcode: header.opcode, word: header.word, number: header.number, in: &span)
    if layout.hasMAC {
      let mac = raw.bytes16(at: layout.contentEnd)
      #expect(LayoutValues.hexadecimal(mac) == vector.mac, "\(vector.name)")
      span.store(mac, at: layout.contentEnd)
    }
    #expect(length == octets.count, "\(vector.name)")
    #expect(again == octets, "\(vector.name)")
  }

  private func check(command vector: VectorFile.Vector) throws {
    let octets = vector.octets
    let raw = unsafe octets.span.bytes
    let found = CommandView(raw)
    let view = try #require(found, "\(vector.name)")
    #expect(LayoutValues.describe(view.header) == vector.header, "\(vector.name)")
    #expect(view.receipt.map { LayoutValues.describe($0) } == vector.receipt, "\(vector.name)")
    #expect(view.recordCount == vector.recordCount ?? 0 && view.noteCount == vector.noteCount ?? 0, "\(vector.name)")
    let type = try #require(LayoutValues.byName[vector.layoutName])
    let read = LayoutValues.read(type, raw, at: view.fixedOffset)
    let fixed = try #require(read as? any WireCommand)
    #expect(LayoutValues.describe(fixed) == vector.fields, "\(vector.name)")

    var again = [UInt8](repeating: 0xEE, count: octets.count)
    var typed = again.mutableSpan
    var span = unsafe typed.mutableBytes
    var builder = CommandBuilder(fixed, receipt: view.receipt, in: &span)
    for index in 0..<view.recordCount {
      let record = try #require(LayoutValues.record(of: vector.layoutName))
      let read = LayoutValues.read(record, raw, at: view.recordOffset(index))
      let value = try #require(read)
      if let expected = vector.records, index < expected.count {
        #expect(LayoutValues.describe(value) == expected[index], "\(vector.name)")
      }
      builder.append(record: value, to: &span)
    }
    for index in 0..<view.noteCount {
      let note = view.note(index, in: raw)
      let value = try #require(note)
      if let expected = vector.notes, index < expected.count {
        #expect(LayoutValues.describe(value) == expected[index], "\(vector.name)")
      }
      builder.append(value, to: &span)
    }
    let tick = view.tick(in: raw)
    #expect(tick.map { LayoutValues.describe($0) } == vector.tick, "\(vector.name)")
    if let tick { builder.append(tick, to: &span) }
    let byteCount = builder.finish(in: &span)
    #expect(byteCount == octets.count && again == octets, "\(vector.name)")
  }

  /// The octets with the first four bytes saying how many there are.
  private func withLength(_ octets: [UInt8]) -> [UInt8] {
    var out = octets
    for index in 0..<4 { out[index] = UInt8(truncatingIfNeeded: octets.count >> (8 * index)) }
    return out
  }
}

/// GRANT_DEBIT_KEY -> GrantDebitKey.
func pascal(_ name: String) -> String {
  name.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
}
