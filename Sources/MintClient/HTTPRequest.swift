public import Cashu

/// One question to a mint: where, what, and how long an answer may be.
///
/// Made only of parts that need no escaping, so that nothing in it can turn it into another request.
public struct HTTPRequest: Sendable {
  /// The mint.
  public let origin: MintOrigin
  /// What follows the origin's own path: a slash and plain segments.
  public let path: String
  /// JSON to be posted; nil: a GET, which changes nothing at the mint.
  public let body: [UInt8]?
  /// Bytes of an answer's body at most; more ends the request.
  public let answerByteCountMax: Int

  /// A request that can be sent.
  ///
  /// - Parameters:
  ///   - path: At most `MintClientLimits.pathByteCountMax` bytes; segments of letters, digits and the marks that RFC 3986 lets stand in
  ///     a path as they are.
  ///   - body: 1 to `MintClientLimits.requestByteCountMax` bytes. Sent as it is.
  ///   - answerByteCountMax: 1 to `MintClientLimits.answerByteCountMax`.
  public init(
    _ origin: MintOrigin, path: String, body: [UInt8]? = nil,
    answerByteCountMax: Int = MintClientLimits.answerByteCount
  ) throws(HTTPRequestError) {
    let bytes = path.utf8.prefix(MintClientLimits.pathByteCountMax + 1)
    guard !bytes.isEmpty, bytes.count <= MintClientLimits.pathByteCountMax, PathText.isPlain(Array(bytes)[...]) else {
      throw .path
    }
    if let body, body.isEmpty || body.count > MintClientLimits.requestByteCountMax { throw .body }
    guard (1...MintClientLimits.answerByteCountMax).contains(answerByteCountMax) else { throw .answerByteCount }
    self.origin = origin
    self.path = path
    self.body = body
    self.answerByteCountMax = answerByteCountMax
  }

  var url: String { "\(origin)\(path)" }

  var byteCount: Int { body?.count ?? 0 }
}

/// Why there is no such request.
public enum HTTPRequestError: Error, Hashable, Sendable {
  /// The path is not a plain one, or too long.
  case path
  /// The body is empty, or has more than `MintClientLimits.requestByteCountMax` bytes.
  case body
  /// The answer may have no byte, or more than `MintClientLimits.answerByteCountMax`.
  case answerByteCount
}
