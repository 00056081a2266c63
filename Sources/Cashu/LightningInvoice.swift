/// An invoice of Lightning (BOLT-11), as far as whoever has it paid by a mint needs it: that it is one, what it asks
/// for, until when, and what proves that it is paid. Its signature and what else it says is for whoever pays it.
///
/// Invariants: lower-case letters and digits, at most `CashuLimits.invoiceByteCountMax` bytes, with the right checksum;
/// an amount that is not 0.
public struct LightningInvoice: Hashable, Sendable {
  /// In lower case, with nothing around it.
  public let text: String
  /// What it asks for, in thousandths of a satoshi; nil: the payer chooses.
  public let millisatoshis: UInt64?
  /// The hash (SHA-256) of what its payee gives for the payment.
  public let paymentHash: Bytes32
  /// Until when it can be paid, in seconds since 1970.
  public let expiry: UInt64

  /// Reads an invoice as it was copied: all in lower or all in upper case, with `lightning:` before it or without.
  public init(_ copied: some StringProtocol) throws(FormatError) {
    let scheme = Array("lightning:".utf8)
    guard copied.utf8.count <= CashuLimits.invoiceByteCountMax + scheme.count else { throw .tooLarge }
    let lower = copied.utf8.map(\.lowercased)
    let bytes = lower.starts(with: scheme) ? lower.dropFirst(scheme.count) : lower[...]
    let written = Array(copied.utf8)[bytes.startIndex...]
    guard bytes.count <= CashuLimits.invoiceByteCountMax else { throw .tooLarge }
    guard written.elementsEqual(bytes) || !written.contains(where: { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }),
      bytes.allSatisfy({ $0.isDigit || $0.isLetter }), bytes.starts(with: "ln".utf8),
      let separator = bytes.lastIndex(of: UInt8(ascii: "1")),
      let words = Bech32.words(prefix: bytes[..<separator], data: bytes[separator...].dropFirst())
    else { throw .unknownFormat }
    let head = bytes[..<separator].dropFirst(2)
    let network = head.prefix { $0.isLetter }
    guard !network.isEmpty else { throw .unknownFormat }
    text = String(decoding: bytes, as: UTF8.self)
    millisatoshis = try Self.amount(head[network.endIndex...])
    let fields = try InvoiceFields(words)
    (paymentHash, expiry) = (fields.paymentHash, fields.expiry)
  }

  /// Whether this proves that it is paid.
  public func isPaid(by preimage: Bytes32) -> Bool { Self.hash(preimage) == paymentHash }

  /// What a preimage is hashed to.
  public static func hash(_ preimage: Bytes32) -> Bytes32? { Bytes32(Curve.sha256(preimage.bytes)) }

  /// Digits, and what part of a bitcoin they count: none, or a letter.
  private static func amount(_ text: ArraySlice<UInt8>) throws(FormatError) -> UInt64? {
    if text.isEmpty { return nil }
    let digits = text.prefix { $0.isDigit }
    let number = try UInt64(String(decoding: digits, as: UTF8.self)).valid()
    guard digits.first != UInt8(ascii: "0") else { throw .invalidValue }
    let factor: UInt64
    switch text[digits.endIndex...].map({ $0 }) {
    case []: factor = 100_000_000_000
    case [UInt8(ascii: "m")]: factor = 100_000_000
    case [UInt8(ascii: "u")]: factor = 100_000
    case [UInt8(ascii: "n")]: factor = 100
    case [UInt8(ascii: "p")]:
      guard number.isMultiple(of: 10) else { throw .invalidValue }
      return number / 10
    default: throw .invalidValue
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw .overflow }
    return product
  }

  /// Whether it is what a mint says that the invoice takes, rounded up or down to its unit. Nil: not to be compared,
  /// without an amount, or in a unit that has a rate of exchange.
  public func agrees(amount: UInt64, unit: String) -> Bool? {
    guard let millisatoshis else { return nil }
    switch unit {
    case "msat": return amount == millisatoshis
    case "sat":
      let (quotient, rest) = millisatoshis.quotientAndRemainder(dividingBy: 1_000)
      return amount == quotient || (rest > 0 && amount == quotient + 1)
    default: return nil
    }
  }
}
