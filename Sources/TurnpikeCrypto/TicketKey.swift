public import WireProtocol

/// The key of the tickets of a resource (specification, "Tickets"), made of the key that its agents prove themselves with: whoever has
/// that can give tickets, and check them.
///
///     ticket key = HMAC-SHA256(role key, "turnpike ticket v1")
///     tag        = first 16 bytes of HMAC-SHA256(ticket key, "tag" || the 80 bytes of the ticket before it)
///     holder key = first 16 bytes of HMAC-SHA256(ticket key, "holder" || the 96 bytes of the ticket)
public struct TicketKey: ~Copyable {
  private static let keyLabel: StaticString = "turnpike ticket v1"
  private static let tagLabel: StaticString = "tag"
  private static let holderLabel: StaticString = "holder"
  private static let proofLabel: StaticString = "turnpike ticket proof v1"
  private static let taggedByteCount = LeaseTicket.byteCount - WireLimits.macByteCount

  private let key: HMACKey

  /// The key of the tickets of a resource whose agents have this credential.
  public init(_ credential: borrowing RoleCredential) {
    key = HMACKey(credential.key.derive(label: Self.keyLabel, fields: RawSpan()))
  }

  /// A ticket with its tag, and the secret of whoever it is given to.
  public func issue(_ ticket: LeaseTicket) -> (ticket: LeaseTicket, holderKey: Bytes16) {
    var ticket = ticket
    let holderKey = unsafe withUnsafeTemporaryAllocation(byteCount: LeaseTicket.byteCount, alignment: 8) { buffer in
      var bytes = unsafe buffer.mutableBytes
      ticket.write(to: &bytes, at: 0)
      ticket.tag = key.tag(label: Self.tagLabel, bytes.bytes.extracting(first: Self.taggedByteCount))
      ticket.write(to: &bytes, at: 0)
      return key.tag(label: Self.holderLabel, bytes.bytes)
    }
    return (ticket, holderKey)
  }

  /// The secret that proves the holder of a ticket; nil: its tag is wrong.
  public func holderKey(of ticket: LeaseTicket) -> Bytes16? {
    let (genuine, holderKey) = issue(ticket)
    return genuine.tag.isEqualInConstantTime(to: ticket.tag) ? holderKey : nil
  }

  /// What the holder of a ticket answers to an agent's challenge.
  public static func proof(holderKey: Bytes16, challenge: Bytes16) -> Bytes16 {
    var (holderKey, challenge) = (holderKey, challenge)
    let key = unsafe withUnsafeBytes(of: &holderKey) { unsafe HMACKey($0.bytes) }
    return unsafe withUnsafeBytes(of: &challenge) { unsafe key.tag(label: Self.proofLabel, $0.bytes) }
  }
}
