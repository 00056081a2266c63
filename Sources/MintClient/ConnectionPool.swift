internal import CCurl
internal import Cashu

/// A place for one connection: it is made in it, used by one transfer at a time, and closed with it.
///
/// libcurl's own pool would choose among kept connections by itself, and does not tell which one it is about to use. So each has a pool of
/// its own here (a share of libcurl's that only one transfer has), and what is used next is known, and can be looked at before.
@safe final class ConnectionPlace {
  private let share: UnsafeMutableRawPointer
  /// The kept connection's; nil when there is none.
  private var descriptor: curl_socket_t?

  /// An empty place.
  init() throws(HTTPFailure) {
    guard let share = unsafe curl_share_init() else { throw .other(code: CURLE_OUT_OF_MEMORY.rawValue) }
    unsafe self.share = share
    guard unsafe turnpike_curl_share_connections(share) == CURLSHE_OK else {
      throw .other(code: CURLE_OUT_OF_MEMORY.rawValue)
    }
  }

  deinit {
    _ = unsafe curl_share_cleanup(share)
  }

  /// Gives the place to a transfer that has not begun. It must be let go of after the transfer's handle.
  func give(to easy: UnsafeMutableRawPointer) throws(HTTPFailure) {
    try HTTPFailure.check(unsafe turnpike_curl_set_share(easy, share))
  }

  /// Looks what connection a transfer that has ended leaves behind, before it is removed from its multi handle. Whether there is one.
  func keep(after easy: UnsafeMutableRawPointer) -> Bool {
    var found: curl_socket_t = CURL_SOCKET_BAD
    let status = unsafe turnpike_curl_get_socket(easy, &found)
    descriptor = status == CURLE_OK && found != CURL_SOCKET_BAD ? found : nil
    return descriptor != nil
  }

  /// Whether the kept connection stands and nothing has come on it. On an idle connection of HTTP/1.1 nothing can come but its end or what
  /// nobody asked for. libcurl sees only the bare end: it would take the end of a TLS connection, which is announced by some bytes, for a
  /// lost answer, and stray bytes for the answer to what it sends next.
  var isSilent: Bool {
    guard let descriptor else { return false }
    return turnpike_is_silent(descriptor) != 0
  }
}

/// The kept connections, each for the origin it was made for.
///
/// One that was idle for too long, or is not silent, is closed instead of being used; when there are too many, the oldest one.
struct ConnectionPool {
  private struct Idle {
    let origin: MintOrigin
    let place: ConnectionPlace
    let sinceMilliseconds: UInt64
  }

  private let idleMilliseconds: UInt64
  private let countMax: Int
  /// In the order in which they became idle.
  private var idle: [Idle] = []

  init(limits: MintTransportLimits) {
    idleMilliseconds = limits.idleMilliseconds
    countMax = limits.idleCountMax
  }

  /// The place of the connection that was used last, or an empty one.
  mutating func take(for origin: MintOrigin, nowMilliseconds: UInt64) throws(HTTPFailure) -> ConnectionPlace {
    let limit = idleMilliseconds
    idle.removeAll { nowMilliseconds &- $0.sinceMilliseconds >= limit }
    while let index = idle.lastIndex(where: { $0.origin == origin }) {
      let place = idle.remove(at: index).place
      if place.isSilent { return place }
    }
    return try ConnectionPlace()
  }

  /// Keeps a place with a connection that nobody uses any more.
  mutating func put(_ place: ConnectionPlace, for origin: MintOrigin, nowMilliseconds: UInt64) {
    guard countMax > 0 else { return }
    if idle.count >= countMax { idle.removeFirst() }
    idle.append(Idle(origin: origin, place: place, sinceMilliseconds: nowMilliseconds))
  }

  /// Closes all of them.
  mutating func close() {
    idle = []
  }
}
