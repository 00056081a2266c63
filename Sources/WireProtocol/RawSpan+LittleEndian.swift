/// Unaligned little-endian loads and stores: the one reader and the one writer of the wire.
///
/// Every call is bounds-checked by the span itself; the layouts check once more that a whole fixed part is there, so a
/// check here never fails on bytes from the wire.
extension RawSpan {
  /// The byte at `offset`.
  public func uint8(at offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  /// The 16-bit integer at `offset`.
  public func uint16(at offset: Int) -> UInt16 {
    UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// The 32-bit integer at `offset`.
  public func uint32(at offset: Int) -> UInt32 {
    UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The 64-bit integer at `offset`.
  public func uint64(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The 16 bytes at `offset`.
  public func bytes16(at offset: Int) -> Bytes16 {
    Bytes16(low: uint64(at: offset), high: uint64(at: offset + 8))
  }

  /// The 32-byte name field at `offset`, not yet validated.
  public func name32(at offset: Int) -> Name32 {
    Name32(
      words: (uint64(at: offset), uint64(at: offset + 8), uint64(at: offset + 16), uint64(at: offset + 24)))
  }

  /// The 96-byte text field at `offset`, not yet validated.
  public func text96(at offset: Int) -> Text96 {
    Text96(thirds: (name32(at: offset), name32(at: offset + 32), name32(at: offset + 64)))
  }
}

extension MutableRawSpan {
  /// Stores one byte.
  public mutating func store(_ value: UInt8, at offset: Int) {
    storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
  }

  /// Stores a 16-bit integer.
  public mutating func store(_ value: UInt16, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
  }

  /// Stores a 32-bit integer.
  public mutating func store(_ value: UInt32, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
  }

  /// Stores a 64-bit integer.
  public mutating func store(_ value: UInt64, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
  }

  /// Stores 16 bytes.
  public mutating func store(_ value: Bytes16, at offset: Int) {
    store(value.low, at: offset)
    store(value.high, at: offset + 8)
  }

  /// Stores a 32-byte name field.
  public mutating func store(_ value: Name32, at offset: Int) {
    store(value.words.0, at: offset)
    store(value.words.1, at: offset + 8)
    store(value.words.2, at: offset + 16)
    store(value.words.3, at: offset + 24)
  }

  /// Stores a 96-byte text field.
  public mutating func store(_ value: Text96, at offset: Int) {
    store(value.thirds.0, at: offset)
    store(value.thirds.1, at: offset + 32)
    store(value.thirds.2, at: offset + 64)
  }
}

/// Loads of generated readers, which have checked that the whole fixed part is there: the span does not check again.
extension RawSpan {
  @unsafe @inlinable @inline(__always)
  func take<Integer: FixedWidthInteger & BitwiseCopyable>(_ type: Integer.Type, at offset: Int) -> Integer {
    Integer(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type))
  }

  @unsafe @inlinable @inline(__always)
  func takeBytes16(at offset: Int) -> Bytes16 {
    unsafe Bytes16(low: take(UInt64.self, at: offset), high: take(UInt64.self, at: offset &+ 8))
  }

  @unsafe @inlinable @inline(__always)
  func takeName32(at offset: Int) -> Name32 {
    unsafe Name32(
      words: (
        take(UInt64.self, at: offset), take(UInt64.self, at: offset &+ 8), take(UInt64.self, at: offset &+ 16),
        take(UInt64.self, at: offset &+ 24)
      ))
  }

  @unsafe @inlinable @inline(__always)
  func takeText96(at offset: Int) -> Text96 {
    unsafe Text96(
      thirds: (takeName32(at: offset), takeName32(at: offset &+ 32), takeName32(at: offset &+ 64)))
  }
}

/// Stores of generated writers, which have checked that the whole fixed part is there: the span does not check again.
extension MutableRawSpan {
  @unsafe @inlinable @inline(__always)
  mutating func put(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
    unsafe storeBytes(of: value.littleEndian, toUncheckedByteOffset: offset, as: type(of: value))
  }

  @unsafe @inlinable @inline(__always)
  mutating func put(_ value: Bytes16, at offset: Int) {
    unsafe put(value.low, at: offset)
    unsafe put(value.high, at: offset &+ 8)
  }

  @unsafe @inlinable @inline(__always)
  mutating func put(_ value: Name32, at offset: Int) {
    unsafe put(value.words.0, at: offset)
    unsafe put(value.words.1, at: offset &+ 8)
    unsafe put(value.words.2, at: offset &+ 16)
    unsafe put(value.words.3, at: offset &+ 24)
  }

  @unsafe @inlinable @inline(__always)
  mutating func put(_ value: Text96, at offset: Int) {
    unsafe put(value.thirds.0, at: offset)
    unsafe put(value.thirds.1, at: offset &+ 32)
    unsafe put(value.thirds.2, at: offset &+ 64)
  }
}
