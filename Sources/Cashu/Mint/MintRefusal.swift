/// Why a mint did not do what it was asked: made of whatever it answered with a status that is not 200. There is always
/// one.
///
/// Mints do not agree about codes, and the words are theirs: to be logged, never to be judged by. Only codes that
/// Nutshell and the table of errors have alike mean something here; everything else is a refusal and no more. Where the
/// status is 500 or above, nobody knows what was done.
public struct MintRefusal: Hashable, Sendable {
  /// What a refusal says of the money.
  public enum Meaning: Hashable, Sendable {
    /// An input was spent before: by others, or by ourselves, if it was an earlier request of ours that ran.
    case alreadySpent
    /// An input is being spent, which may fail: not yet known. The loser of a race gets it too.
    case pending
    /// An output was signed before: an earlier request of ours ran, and its signatures can be restored.
    case alreadySigned
    /// An input is not of this mint.
    case invalidProof
    /// The quote was not paid yet.
    case quoteUnpaid
    /// The quote's coins were signed before.
    case quoteIssued
    /// The quote is being paid.
    case quotePending
    /// The quote was paid before.
    case quotePaid
    /// Anything else.
    case other
  }

  /// The status of HTTP.
  public let status: Int
  /// The mint's number of the error; nil: it told none.
  public let code: UInt64?
  /// What it said, in printable ASCII, cut.
  public let detail: String

  /// Reads an answer's body: JSON with `detail`, which is a text, or anything else; or something that is not JSON at
  /// all.
  public init(status: Int, body: [UInt8]) {
    self.status = status
    var code: UInt64?
    var detail: String?
    do throws(FormatError) {
      try JSONReader.answer(body) { name, reader throws(FormatError) in
        switch name {
        case "code":
          code = UInt64(String(decoding: try reader.skip(), as: UTF8.self))
        case "detail", "error":
          // Older mints have null in one of them.
          if let told = try reader.takeNull() ? nil : reader.detail() { detail = told }
        default: break
        }
      }
      self.code = code
      self.detail = detail ?? Self.cut(body)
    } catch {
      self.code = nil
      self.detail = Self.cut(body)
    }
  }

  /// What it says of the money.
  public var meaning: Meaning {
    switch code {
    case 10001: .invalidProof
    case 11001: .alreadySpent
    case 11002: .pending
    case 11003: .alreadySigned
    case 20001: .quoteUnpaid
    case 20002: .quoteIssued
    case 20005: .quotePending
    case 20006: .quotePaid
    default: .other
    }
  }

  fileprivate static func cut(_ bytes: some Sequence<UInt8>) -> String {
    PrintableText.cut(bytes, byteCountMax: CashuLimits.detailByteCountMax)
  }
}

extension JSONReader {
  /// A text, or of anything else how it is written.
  fileprivate mutating func detail() throws(FormatError) -> String {
    guard try isNext("\"") else { return MintRefusal.cut(try skip()) }
    return MintRefusal.cut(try text(byteCountMax: CashuLimits.answerByteCountMax).utf8)
  }
}
