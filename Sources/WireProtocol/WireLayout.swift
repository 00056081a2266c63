/// A fixed part of the wire or of the journal, generated from the schema: its size, its strict reader and its writer.
public protocol WireLayout: Hashable, Sendable {
  /// Bytes of the fixed part.
  static var byteCount: Int { get }

  /// Reads it at `offset`; nil when it is cut short or a reserved bit or unknown value is set.
  init?(_ bytes: RawSpan, at offset: Int)

  /// Offset, from `offset`, of the first field that is wrong; `byteCount` when it is cut short; nil when it is well formed.
  static func fault(in bytes: RawSpan, at offset: Int) -> Int?

  /// Writes it at `offset`, where `byteCount` bytes of room must be.
  func write(to bytes: inout MutableRawSpan, at offset: Int)
}

/// The fixed part of a request.
public protocol WireRequest: WireLayout {
  /// Its operation.
  static var opcode: Opcode { get }
}

/// The fixed part of a reply whose status is OK.
public protocol WireReply: WireLayout {
  /// Its operation.
  static var opcode: Opcode { get }
}

/// The body of a push.
public protocol WirePush: WireLayout {
  /// Its opcode.
  static var code: PushCode { get }
}

/// The fixed part of a command of the journal.
public protocol WireCommand: WireLayout {
  /// Its kind.
  static var kind: CommandKind { get }
}
