/// What stands between an invoice's amount and its signature: an instant, then fields of a kind, a length and words.
struct InvoiceFields {
  var paymentHash: Bytes32
  var expiry: UInt64

  init(_ words: [UInt8]) throws(FormatError) {
    guard words.count >= Self.instantWordCount + Self.signatureWordCount else { throw .missing }
    var rest = words.dropLast(Self.signatureWordCount)
    let instant = Self.number(rest.prefix(Self.instantWordCount))
    rest = rest.dropFirst(Self.instantWordCount)
    var hash: Bytes32?
    var seconds = Self.secondsByDefault
    while let kind = rest.popFirst() {
      guard let high = rest.popFirst(), let low = rest.popFirst() else { throw .syntax }
      let count = Int(high) << 5 | Int(low)
      guard count <= rest.count else { throw .syntax }
      let field = rest.prefix(count)
      rest = rest.dropFirst(count)
      switch (kind, count) {
      case (Self.hashKind, Self.hashWordCount):
        // Payers must not differ about which of two is meant.
        guard hash == nil else { throw .duplicate }
        hash = Bytes32(Bech32.bytes(field))
      case (Self.secondsKind, _): seconds = Self.number(field)
      default: break
      }
    }
    paymentHash = try hash.required()
    let (end, overflow) = instant.addingReportingOverflow(seconds)
    expiry = overflow ? .max : end
  }

  /// At most the largest one.
  private static func number(_ words: ArraySlice<UInt8>) -> UInt64 {
    words.reduce(0) { $0 > UInt64.max >> 5 ? .max : $0 << 5 | UInt64($1) }
  }

  private static let (instantWordCount, signatureWordCount, hashWordCount) = (7, 104, 52)
  private static let (hashKind, secondsKind): (UInt8, UInt8) = (1, 6)
  private static let secondsByDefault: UInt64 = 3_600
}
