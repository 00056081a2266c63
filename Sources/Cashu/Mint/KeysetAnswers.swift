/// What a mint tells of a keyset without its keys (NUT-02).
public struct KeysetSummary: Hashable, Sendable {
  /// The whole id.
  public var id: KeysetID
  /// What its amounts count.
  public var unit: String
  /// Whether the mint signs with it.
  public var isActive: Bool
  /// What spending one proof of it costs, in thousandths of its unit.
  public var inputFeePPK: UInt64
  /// When its proofs become worthless, in seconds since 1970.
  public var finalExpiry: UInt64?

  /// The keysets that a mint listed. Left out are those of other versions (the oldest ids are base64, newer ones are of
  /// another curve), and those whose unit is longer than any that is known here: nothing that one can do anything with.
  public static func all(in body: [UInt8]) throws(FormatError) -> [KeysetSummary] {
    var summaries: [KeysetSummary] = []
    for parts in try KeysetParts.all(in: body) {
      guard let (id, unit) = parts.known else { continue }
      summaries.append(
        KeysetSummary(
          id: id, unit: unit, isActive: try parts.isActive.required(), inputFeePPK: parts.inputFeePPK ?? 0,
          finalExpiry: parts.finalExpiry))
    }
    return summaries
  }
}

extension Keyset {
  /// The keysets that a mint told with their keys (NUT-01), those left out that `KeysetSummary.all` leaves out.
  /// `mismatch`: an id is not that of the keys. A mint that does not say that a keyset is active means so.
  public static func all(in body: [UInt8]) throws(FormatError) -> [Keyset] {
    var keysets: [Keyset] = []
    for parts in try KeysetParts.all(in: body) {
      guard let (id, unit) = parts.known else { continue }
      var keys: [UInt64: CompressedPoint] = [:]
      for (name, text) in try parts.keys.required() {
        let amount = try UInt64(name).valid()
        guard String(amount) == name else { throw .invalidValue }
        keys[amount] = try CompressedPoint(hex: text).valid()
      }
      keysets.append(
        try Keyset(
          id: id, unit: unit, isActive: parts.isActive ?? true, inputFeePPK: parts.inputFeePPK ?? 0,
          finalExpiry: parts.finalExpiry, keys: keys))
    }
    return keysets
  }
}

/// What of a keyset was read so far. Keys are judged when it is known whether the keyset is one of ours.
private struct KeysetParts {
  private var idText: String?
  private var unit: String?
  var isActive: Bool?
  var inputFeePPK: UInt64?
  var finalExpiry: UInt64?
  var keys: [(amount: String, point: String)]?

  static func all(in body: [UInt8]) throws(FormatError) -> [KeysetParts] {
    var all: [KeysetParts]?
    try JSONReader.answer(body) { name, reader throws(FormatError) in
      guard name == "keysets" else { return }
      var list: [KeysetParts] = []
      try reader.array { reader throws(FormatError) in list.append(try KeysetParts(&reader)) }
      all = list
    }
    let list = try all.required()
    let ids = list.compactMap { $0.known?.id }
    guard Set(ids).count == ids.count else { throw .duplicate }
    return list
  }

  private init(_ reader: inout JSONReader) throws(FormatError) {
    var parts = KeysetParts()
    try reader.object { name, reader throws(FormatError) in
      switch name {
      case "id": parts.idText = try reader.text(byteCountMax: CashuLimits.answerByteCountMax)
      case "unit": parts.unit = try reader.text(byteCountMax: CashuLimits.answerByteCountMax)
      case "active": parts.isActive = try reader.takeNull() ? nil : reader.bool()
      case "input_fee_ppk":
        parts.inputFeePPK = try reader.takeNull() ? nil : reader.unsigned()
      case "final_expiry":
        parts.finalExpiry = try reader.takeNull() ? nil : reader.unsigned()
      case "keys":
        var keys: [(amount: String, point: String)] = []
        try reader.object { amount, reader throws(FormatError) in
          keys.append((amount, try reader.text(byteCountMax: CashuLimits.answerByteCountMax)))
        }
        parts.keys = keys
      default: break
      }
    }
    _ = (try parts.idText.required(), try parts.unit.required())
    self = parts
  }

  private init() {}

  /// Its id and unit, when they are of the kind that we know.
  var known: (id: KeysetID, unit: String)? {
    guard let unit, PrintableText.isPlain(unit, byteCountMax: CashuLimits.unitByteCountMax), let idText,
      let id = KeysetID(hex: idText), !id.isShortened
    else { return nil }
    return (id, unit)
  }
}
