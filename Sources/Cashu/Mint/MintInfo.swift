/// Who a mint says it is, and what it can do (NUT-06).
public struct MintInfo: Hashable, Sendable {
  /// A way in or out: what can be minted with, or melted to.
  public struct Method: Hashable, Sendable {
    /// Such as `bolt11`.
    public var method: String
    /// What is paid in.
    public var unit: String
    /// The least amount at a time; nil: the mint names none.
    public var amountMin: UInt64?
    /// The greatest amount at a time; nil: the mint names none.
    public var amountMax: UInt64?
  }

  /// Its name, made safe to be shown.
  public private(set) var name = ""
  /// Its software, made safe to be shown.
  public private(set) var version = ""
  /// Its identity; nil: it has none, or it is no point.
  public private(set) var publicKey: CompressedPoint?
  /// How many inputs, outputs or points a request may have; nil: it does not say.
  public private(set) var arrayCountMax: UInt64?
  /// How coins are had (NUT-04); none: not now.
  public private(set) var mintMethods: [Method] = []
  /// How coins are paid out (NUT-05); none: not now.
  public private(set) var meltMethods: [Method] = []
  /// The numbers of the NUTs that it says are `supported`.
  public private(set) var supported: Set<Int> = []

  /// Reads what a mint answered.
  public init(_ body: [UInt8]) throws(FormatError) {
    var info = MintInfo()
    try JSONReader.answer(body) { name, reader throws(FormatError) in
      switch name {
      case "name": info.name = try reader.shown()
      case "version": info.version = try reader.shown()
      case "pubkey": info.publicKey = CompressedPoint(hex: try reader.shown())
      case "max_array_length":
        info.arrayCountMax = try reader.takeNull() ? nil : reader.unsigned()
      case "nuts":
        try reader.object { name, reader throws(FormatError) in
          guard let number = Int(name), String(number) == name, try reader.isNext("{") else { return }
          try info.readAbility(number, &reader)
        }
      default: break
      }
    }
    self = info
  }

  private init() {}

  private mutating func readAbility(_ number: Int, _ reader: inout JSONReader) throws(FormatError) {
    var methods: [Method] = []
    var isSupported = false
    var isDisabled = false
    try reader.object { name, reader throws(FormatError) in
      switch name {
      case "supported": isSupported = try reader.skip().elementsEqual("true".utf8)
      case "disabled": isDisabled = try reader.skip().elementsEqual("true".utf8)
      case "methods" where number == 4 || number == 5:
        try reader.array { reader throws(FormatError) in methods.append(try reader.method()) }
      default: break
      }
    }
    if isSupported { supported.insert(number) }
    if number == 4 { mintMethods = isDisabled ? [] : methods }
    if number == 5 { meltMethods = isDisabled ? [] : methods }
  }
}

extension JSONReader {
  /// A text that is only shown, cut; nothing, where there is none.
  fileprivate mutating func shown() throws(FormatError) -> String {
    let text = try takeNull() ? "" : text(byteCountMax: CashuLimits.answerByteCountMax)
    return PrintableText.cut(text.utf8, byteCountMax: CashuLimits.detailByteCountMax)
  }

  fileprivate mutating func method() throws(FormatError) -> MintInfo.Method {
    var method: String?
    var unit: String?
    var amountMin: UInt64?
    var amountMax: UInt64?
    try object { name, reader throws(FormatError) in
      switch name {
      case "method": method = try reader.shown()
      case "unit": unit = try reader.shown()
      case "min_amount": amountMin = try reader.takeNull() ? nil : reader.unsigned()
      case "max_amount": amountMax = try reader.takeNull() ? nil : reader.unsigned()
      default: break
      }
    }
    return MintInfo.Method(
      method: try method.required(), unit: try unit.required(), amountMin: amountMin, amountMax: amountMax)
  }
}
