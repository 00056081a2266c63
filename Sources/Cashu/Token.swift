/// Ecash of one mint as wallets hand it over (NUT-00): what it says of itself, none of which was checked with the mint.
///
/// Invariants, however it was made: 1 to 256 proofs, no amount 0, amounts that add up within 64 bits, no secret twice,
/// and every text within its limit. The mint's URL and the unit are printable ASCII and nothing more: text of a
/// stranger, to be compared with what is known, never to be called. The memo may be any text.
public struct Token: Hashable, Sendable {
  /// The mint that it says it is of.
  public let mint: String
  /// The unit that it says it is in. The keysets of its proofs decide.
  public let unit: String
  /// What the sender wrote.
  public let memo: String?
  /// The coins.
  public let proofs: [Proof]
  /// What they are worth together.
  public let amount: UInt64

  /// Of its parts, within their limits.
  public init(mint: String, unit: String, memo: String? = nil, proofs: [Proof]) throws(FormatError) {
    guard PrintableText.isPlain(mint, byteCountMax: CashuLimits.mintURLByteCountMax),
      PrintableText.isPlain(unit, byteCountMax: CashuLimits.unitByteCountMax)
    else { throw .invalidValue }
    guard memo?.utf8.count ?? 0 <= CashuLimits.memoByteCountMax else { throw .tooLarge }
    guard !proofs.isEmpty else { throw .missing }
    guard proofs.count <= CashuLimits.proofCountMax else { throw .tooLarge }
    var total: UInt64 = 0
    var secrets: Set<[UInt8]> = []
    for proof in proofs {
      guard proof.amount > 0, !proof.secret.isEmpty else { throw .invalidValue }
      guard proof.secret.utf8.count <= CashuLimits.secretByteCountMax,
        proof.witness?.utf8.count ?? 0 <= CashuLimits.witnessByteCountMax
      else { throw .tooLarge }
      // By their bytes: that is what a mint hashes. Two strings that Unicode has as equal are two secrets.
      guard secrets.insert(Array(proof.secret.utf8)).inserted else { throw .duplicate }
      let (sum, overflow) = total.addingReportingOverflow(proof.amount)
      guard !overflow else { throw .overflow }
      total = sum
    }
    (self.mint, self.unit, self.memo, self.proofs, self.amount) = (mint, unit, memo, proofs, total)
  }

  /// Reads a token as it was copied: `cashuA` or `cashuB`, with `cashu:` or `cashu://` and white space around it or
  /// without; or `crawB`, which is raw bytes and has nothing around it.
  public init(_ bytes: [UInt8]) throws(FormatError) {
    guard bytes.count <= CashuLimits.tokenByteCountMax else { throw .tooLarge }
    if bytes.starts(with: Prefix.raw.utf8) {
      try self.init(cbor: Array(bytes.dropFirst(Prefix.raw.utf8.count)))
      return
    }
    let isSpace = { (byte: UInt8) in byte == 0x20 || 0x09...0x0d ~= byte }
    var text = bytes.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    for scheme in ["cashu://", "cashu:"] where text.starts(with: scheme.utf8) {
      text = text.dropFirst(scheme.utf8.count)
      break
    }
    if text.starts(with: Prefix.cbor.utf8) {
      try self.init(cbor: Base64.decode(text.dropFirst(Prefix.cbor.utf8.count)))
    } else if text.starts(with: Prefix.json.utf8) {
      try self.init(json: Base64.decode(text.dropFirst(Prefix.json.utf8.count)))
    } else {
      throw .unknownFormat
    }
  }

  /// Reads a token's text.
  public init(text: String) throws(FormatError) {
    guard text.utf8.count <= CashuLimits.tokenByteCountMax else { throw .tooLarge }
    try self.init(Array(text.utf8))
  }

  /// What tokens begin with, by their format.
  enum Prefix {
    static let json = "cashuA"
    static let cbor = "cashuB"
    static let raw = "crawB"
  }

  /// How a token is written.
  public enum Format: Sendable {
    /// Version 4: CBOR, keyset ids shortened. What is sent today.
    case cashuB
    /// Version 3: JSON, keyset ids as they are.
    case cashuA
  }

  /// The token's text. `tooLarge`: it is longer than what is read.
  ///
  /// - Parameter includesDLEQ: With what lets its receiver check it without the mint, and lets a mint that gets to see
  /// it recognize it.
  public func text(_ format: Format = .cashuB, includesDLEQ: Bool = true) throws(FormatError) -> String {
    let (prefix, bytes) =
      switch format {
      case .cashuB: (Prefix.cbor, cbor(includesDLEQ: includesDLEQ))
      case .cashuA: (Prefix.json, json(includesDLEQ: includesDLEQ))
      }
    let text = prefix + String(decoding: Base64.encode(bytes), as: UTF8.self)
    guard text.utf8.count <= CashuLimits.tokenByteCountMax else { throw .tooLarge }
    return text
  }

  /// The token as raw bytes, `crawB`: for what carries bytes, a quarter shorter.
  public func raw(includesDLEQ: Bool = true) throws(FormatError) -> [UInt8] {
    let bytes = Array(Prefix.raw.utf8) + cbor(includesDLEQ: includesDLEQ)
    guard bytes.count <= CashuLimits.tokenByteCountMax else { throw .tooLarge }
    return bytes
  }
}
