public import WireProtocol

/// The MACs of one connection whose client proved a role. Both ends hold one, made by `RoleHandshake`.
///
/// Every frame after AUTHENTICATE, in either direction, ends in
///
///     MAC = first 16 bytes of HMAC-SHA256(connection key, direction (1) || counter (8, little-endian)
///                                         || the frame's bytes before the MAC)
///
/// Direction is 0 from the client and 1 from the broker. Each direction counts its frames from 0. A frame that was
/// injected, altered, repeated, dropped, reordered, sent back to its sender or carried over from another connection has a
/// wrong MAC. After one wrong frame nothing is accepted any more: the connection must end.
public struct ConnectionAuthenticator: ~Copyable {
  /// An end of a connection. The raw value is the direction byte of what it sends.
  public enum Side: UInt8, Sendable {
    /// Sends requests.
    case client = 0
    /// Sends replies and pushes.
    case broker = 1

    var other: Side { self == .client ? .broker : .client }
  }

  private static let prefixByteCount = 9

  private let key: HMACKey
  private let side: Side
  /// Frames sealed so far.
  private var sentCount: UInt64 = 0
  /// Frames accepted so far.
  private var acceptedCount: UInt64 = 0
  private var refused = false

  init(key: consuming HMACKey, side: Side) {
    self.key = key
    self.side = side
  }

  /// What the client sends in AUTHENTICATE.
  public func clientProof() -> Bytes16 {
    key.tag(label: RoleHandshake.clientProofLabel)
  }

  /// Whether `proof` is the client's, which shows that it has the role key. In constant time.
  public func accepts(proof: Bytes16) -> Bool {
    clientProof().isEqualInConstantTime(to: proof)
  }

  /// Writes the MAC of the next frame to send over the last 16 bytes of `frame`. False, and nothing written, when the
  /// frame is shorter than a header and a MAC.
  public mutating func seal(_ frame: inout MutableRawSpan) -> Bool {
    let bodyByteCount = frame.byteCount &- WireLimits.macByteCount
    guard bodyByteCount >= WireLimits.headerByteCount else { return false }
    let (next, overflow) = sentCount.addingReportingOverflow(1)
    guard !overflow else { return false }
    let mac = mac(direction: side, counter: sentCount, body: frame.bytes.extracting(first: bodyByteCount))
    frame.store(mac, at: bodyByteCount)
    sentCount = next
    return true
  }

  /// Whether `frame` is the next frame of the other end, its last 16 bytes being the MAC. In constant time. Once it was
  /// false, it stays false.
  public mutating func verify(_ frame: RawSpan) -> Bool {
    let bodyByteCount = frame.byteCount &- WireLimits.macByteCount
    let (next, overflow) = acceptedCount.addingReportingOverflow(1)
    guard !refused, !overflow, bodyByteCount >= WireLimits.headerByteCount else {
      refused = true
      return false
    }
    let expected = mac(direction: side.other, counter: acceptedCount, body: frame.extracting(first: bodyByteCount))
    guard expected.isEqualInConstantTime(to: frame.bytes16(at: bodyByteCount)) else {
      refused = true
      return false
    }
    acceptedCount = next
    return true
  }

  private func mac(direction: Side, counter: UInt64, body: RawSpan) -> Bytes16 {
    unsafe withUnsafeTemporaryAllocation(byteCount: Self.prefixByteCount, alignment: 8) { buffer in
      var prefix = unsafe buffer.mutableBytes
      prefix.store(direction.rawValue, at: 0)
      prefix.store(counter, at: 1)
      return key.tag(prefix: prefix.bytes, body)
    }
  }
}
