public import WireProtocol

/// A reply about a resource, with what its sponsor says now. The fields of the reply can be used as if they were its own.
@dynamicMemberLookup
public struct Sponsored<Part: WireReply>: Hashable, Sendable {
  /// The reply.
  public var reply: Part
  /// Anybody's text: nothing says that it is true, or that the link is safe to follow. Nil: the resource has no sponsor now, or one
  /// that says nothing.
  public var banner: Banner?

  init(_ reply: Reply) throws(TurnpikeError) {
    self.reply = try reply.fixed()
    banner = reply.banner
  }

  /// A field of the reply.
  public subscript<Field>(dynamicMember path: KeyPath<Part, Field>) -> Field { reply[keyPath: path] }
}

extension Banner {
  /// What the options of a frame say; nil: nothing. Options of other types are skipped, and what is no text is dropped.
  init?(options: [UInt8]) {
    self = .none
    let bytes = unsafe options.span.bytes
    var walk = FrameOptions(offset: 0, byteCount: options.count)
    while let option = walk.next(in: bytes) {
      switch OptionType(rawValue: option.type) {
      case .bannerText: text = Text96(option, in: bytes) ?? text
      case .bannerLink: link = Text96(option, in: bytes) ?? link
      case nil: continue
      }
    }
    if self == .none { return nil }
  }
}

extension Text96 {
  fileprivate init?(_ option: FrameOption, in bytes: RawSpan) {
    guard option.valueByteCount < Self.fieldByteCount else { return nil }
    self.init()
    for index in 0..<option.valueByteCount { self[index] = bytes.uint8(at: option.valueOffset + index) }
    guard isValid, byteCount == option.valueByteCount else { return nil }
  }
}
