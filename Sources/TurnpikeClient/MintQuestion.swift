/// One question to a mint, over HTTP: for whoever sends it.
public struct MintQuestion: Hashable, Sendable {
  /// The mint's URL, as the broker tells it: text of somebody else, to be judged before it is called.
  public let url: String
  /// What follows it: a slash, and characters that a URL may have as they are.
  public let path: String
  /// JSON to be posted; nil: a GET.
  public let body: [UInt8]?
  /// Its time, in milliseconds.
  public let timeoutMilliseconds: UInt64

  init(url: String, path: String, body: [UInt8]?, timeoutMilliseconds: UInt64) {
    (self.url, self.path, self.body, self.timeoutMilliseconds) = (url, path, body, timeoutMilliseconds)
  }
}

/// What is known of a question.
public enum MintOutcome: Hashable, Sendable {
  /// A whole answer came; redirects are not followed.
  case answered(status: Int, body: [UInt8])
  /// No byte of it left this machine for the mint: why.
  case notSent(String)
  /// Some of it may have, and there was no whole answer: why.
  case unknown(String)
}

/// Who asks mints. This library has no HTTP of its own.
public typealias MintAsker = @Sendable (MintQuestion) async -> MintOutcome
