import WireProtocol

/// One field of a command: its name in the schema, where it lies, and how it is printed. The tables of all commands are generated;
/// reserved fields are not in them.
struct CommandField: Sendable {
  /// How a field's bytes are printed.
  indirect enum Form: Sendable {
    /// An amount, a duration, an instant, or a number of at most 32 bits: a number.
    case number(byteCount: Int)
    /// An id or another number of 64 bits: a string, since many readers keep only 53 bits of a number.
    case wideNumber
    /// 32 digits in the order of the bytes.
    case bytes16
    /// A string.
    case name
    /// A string.
    case text
    /// The value's name; a number when it has none.
    case enumeration(byteCount: Int, [(UInt64, String)])
    /// A list of the names of the bits that are set; of one without a name: its number.
    case flags(byteCount: Int, [(UInt64, String)])
    /// An object.
    case record([CommandField])
  }

  let name: String
  let offset: Int
  let type: Form
}

extension JSONWriter {
  /// An object of all fields, of a layout that begins at `offset`.
  mutating func object(_ fields: [CommandField], of bytes: RawSpan, at offset: Int) {
    object { json in
      for field in fields {
        json.name(field.name)
        json.value(field.type, of: bytes, at: offset + field.offset)
      }
    }
  }

  private mutating func value(_ form: CommandField.Form, of bytes: RawSpan, at offset: Int) {
    switch form {
    case .number(let byteCount): number(bytes.number(at: offset, byteCount))
    case .wideNumber: text("\(bytes.uint64(at: offset))")
    case .bytes16:
      let value = bytes.bytes16(at: offset)
      text([value.low, value.high].map { Hexadecimal.text($0.byteSwapped, digitCount: 16) }.joined())
    case .name: text(bytes.name32(at: offset).string)
    case .text: text(bytes.text96(at: offset).string)
    case .enumeration(let byteCount, let names):
      let value = bytes.number(at: offset, byteCount)
      if let name = names.first(where: { $0.0 == value })?.1 { text(name) } else { number(value) }
    case .flags(let byteCount, let names):
      let value = bytes.number(at: offset, byteCount)
      list { json in
        for bit in UInt64(0)..<64 where value >> bit & 1 == 1 {
          if let name = names.first(where: { $0.0 == bit })?.1 { json.text(name) } else { json.number(bit) }
        }
      }
    case .record(let fields): object(fields, of: bytes, at: offset)
    }
  }
}

extension RawSpan {
  /// The unsigned number of so many bytes.
  fileprivate func number(at offset: Int, _ byteCount: Int) -> UInt64 {
    switch byteCount {
    case 1: UInt64(uint8(at: offset))
    case 2: UInt64(uint16(at: offset))
    case 4: UInt64(uint32(at: offset))
    default: uint64(at: offset)
    }
  }
}
