/// What became of a request. The three differ in what is known about the mint:
///
/// | | the mint | what may be done with the money in it |
/// |---|---|---|
/// | `answered` | has said what it did | what the answer says |
/// | `notSent` | never got a byte of the request | send it again, or do something else with it |
/// | `unknown` | may have carried it out | ask the mint first (NUT-07, NUT-09) |
///
/// In doubt it is `unknown`. What decides is a callback of libcurl's that runs after the connection stands, TLS included, and right before the first
/// byte of a request is handed to it: never called, not sent; called, and no whole answer: unknown. No code and no count of bytes is
/// trusted for it, since they tell what was handed to the system, and of the last attempt only.
public enum HTTPResult: Equatable, Sendable {
  /// A whole answer came. Its status is from 200 to 999; redirects are not followed.
  ///
  /// An answer that tells neither its length nor chunks ends with the connection, so it may have been cut. Whoever reads the body takes
  /// nothing but a whole JSON value, and anything else for what it is: no answer, like `unknown`.
  case answered(status: Int, body: [UInt8])
  /// No byte of it left this machine for the mint.
  case notSent(HTTPFailure)
  /// Some of it may have, and there was no whole answer.
  case unknown(HTTPFailure)
}

/// Why there is no answer. For the log: what may be done next depends on `HTTPResult` alone.
public enum HTTPFailure: Error, Hashable, Sendable {
  /// The host's name has no address, or nobody said so in time.
  case nameNotResolved
  /// Nobody listens there, or there is no way to it.
  case notConnected
  /// No TLS: no handshake, or a certificate that does not hold for the host.
  case notTrusted
  /// The time for connecting, for the answer, or for all of it is over.
  case timedOut
  /// The connection ended before the answer did, or a kept one was closed while the request was on its way.
  case connectionLost
  /// The answer's body or its headers are longer than allowed.
  case tooLong
  /// What came is not HTTP/1, or encoded in a way that was not asked for.
  case malformed
  /// The transport was closed.
  case closed
  /// Another of libcurl's codes (CURLcode).
  case other(code: UInt32)
}

extension HTTPFailure: CustomStringConvertible {
  /// For a log line.
  public var description: String {
    switch self {
    case .nameNotResolved: "the name has no address"
    case .notConnected: "no connection"
    case .notTrusted: "no TLS, or not the certificate of that host"
    case .timedOut: "time is over"
    case .connectionLost: "the connection ended"
    case .tooLong: "the answer is too long"
    case .malformed: "the answer is malformed"
    case .closed: "closed"
    case .other(let code): "libcurl's code \(code)"
    }
  }
}

/// Whether a request was taken.
public enum HTTPAdmission: Hashable, Sendable {
  /// Its completion will be called, exactly once.
  case accepted
  /// As many wait as there is room for. Nothing of it was kept.
  case full
  /// The transport is closed. Nothing of it was kept.
  case closed
}
