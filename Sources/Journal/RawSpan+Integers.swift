/// Unaligned little-endian integers in the journal's headers. The span checks its bounds.
extension RawSpan {
  func integer<Integer: FixedWidthInteger & BitwiseCopyable>(_: Integer.Type, at offset: Int) -> Integer {
    Integer(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// Whether every byte is zero.
  var isZero: Bool {
    var offset = 0
    var sum: UInt64 = 0
    while offset + 8 <= byteCount, sum == 0 {
      sum |= integer(UInt64.self, at: offset)
      offset += 8
    }
    while offset < byteCount {
      sum |= UInt64(integer(UInt8.self, at: offset))
      offset += 1
    }
    return sum == 0
  }
}

extension MutableRawSpan {
  mutating func store<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
  }

  mutating func zero(_ range: Range<Int>) {
    for offset in range { storeBytes(of: 0, toByteOffset: offset, as: UInt8.self) }
  }
}
