public import WireProtocol

/// The key of the tickets and vouchers of a resource (specification, "Tickets"), made of the key that its agents prove themselves with: whoever has
/// that can give tickets, and check them.
///
///     ticket key = HMAC-SHA256(role key, "turnpike ticket v1")
///     tag        = first 16 bytes of HMAC-SHA256(ticket key, "tag" || the 80 bytes of the ticket before it)
///     holder key = first 16 bytes of HMAC-SHA256(ticket key, "holder" || the 96 bytes of the ticket)
///
/// Vouchers have the labels "voucher tag" and "voucher holder".
public struct TicketKey: ~Copyable {
  private static let keyLabel: StaticString = "turnpike ticket v1"
  private static let tagLabel: StaticString = "tag"
  private static let holderLabel: StaticString = "holder"
  private static let proofLabel: StaticString = "turnpike ticket proof v1"
  private static let voucherTagLabel: StaticString = "voucher tag"
  private static let voucherHolderLabel: StaticString = "voucher holder"

  private let key: HMACKey

  /// The key of the tickets of a resource whose agents have this credential.
  public init(_ credential: borrowing RoleCredential) {
    key = HMACKey(credential.key.derive(label: Self.keyLabel, fields: RawSpan()))
  }

  /// A ticket with its tag, and the secret of whoever it is given to.
  public func issue(_ ticket: LeaseTicket) -> (ticket: LeaseTicket, holderKey: Bytes16) {
    var ticket = ticket
    let holderKey = seal(LeaseTicket.byteCount, Self.tagLabel, Self.holderLabel) { bytes, tag in
      ticket.tag = tag
      ticket.write(to: &bytes, at: 0)
    }
    return (ticket, holderKey)
  }

  /// A voucher with its tag, and the secret of whoever it is given to.
  public func issue(_ voucher: UseVoucher) -> (voucher: UseVoucher, holderKey: Bytes16) {
    var voucher = voucher
    let holderKey = seal(UseVoucher.byteCount, Self.voucherTagLabel, Self.voucherHolderLabel) { bytes, tag in
      voucher.tag = tag
      voucher.write(to: &bytes, at: 0)
    }
    return (voucher, holderKey)
  }

  /// Has a statement written, whose tag is its end, and again with its tag; gives the holder key.
  private func seal(
    _ byteCount: Int, _ tagLabel: StaticString, _ holderLabel: StaticString,
    write: (inout MutableRawSpan, Bytes16) -> Void
  ) -> Bytes16 {
    unsafe withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { buffer in
      var bytes = unsafe buffer.mutableBytes
      write(&bytes, Bytes16())
      write(&bytes, key.tag(label: tagLabel, bytes.bytes.extracting(first: byteCount - WireLimits.macByteCount)))
      return key.tag(label: holderLabel, bytes.bytes)
    }
  }

  /// The secret that proves the holder of a ticket; nil: its tag is wrong.
  public func holderKey(of ticket: LeaseTicket) -> Bytes16? {
    let (genuine, holderKey) = issue(ticket)
    return genuine.tag.isEqualInConstantTime(to: ticket.tag) ? holderKey : nil
  }

  /// The secret that proves the holder of a voucher; nil: its tag is wrong.
  public func holderKey(of voucher: UseVoucher) -> Bytes16? {
    let (genuine, holderKey) = issue(voucher)
    return genuine.tag.isEqualInConstantTime(to: voucher.tag) ? holderKey : nil
  }

  /// What the holder of a ticket or voucher answers to an agent's challenge.
  public static func proof(holderKey: Bytes16, challenge: Bytes16) -> Bytes16 {
    var (holderKey, challenge) = (holderKey, challenge)
    let key = unsafe withUnsafeBytes(of: &holderKey) { unsafe HMACKey($0.bytes) }
    return unsafe withUnsafeBytes(of: &challenge) { unsafe key.tag(label: Self.proofLabel, $0.bytes) }
  }
}
