/// What somebody wants to be paid, so that a wallet needs nothing else to do it (NUT-18).
///
/// Invariants, however it was made: all texts and lists are within their limits, mints, unit, kinds and what is locked
/// to are printable ASCII, and an amount that is there is not 0. What a reader of ours does not know of is left out.
public struct PaymentRequest: Hashable, Sendable {
  /// A way that the payment can take. None: it is handed over as the request was.
  public struct Transport: Hashable, Sendable {
    /// Such as `post` or `nostr`.
    public var type: String
    /// Where to.
    public var target: String
    /// What else is to be known of it: lists of texts, the first of which is a name.
    public var tags: [[String]]

    /// All fields.
    public init(type: String, target: String, tags: [[String]] = []) {
      (self.type, self.target, self.tags) = (type, target, tags)
    }
  }

  /// What the coins have to be locked to (NUT-10).
  public struct Lock: Hashable, Sendable {
    /// Such as `P2PK`.
    public var kind: String
    /// For `P2PK`, the key.
    public var data: String
    /// What else the lock has to have: lists of texts, the first of which is a name.
    public var tags: [[String]]

    /// All fields.
    public init(kind: String, data: String, tags: [[String]] = []) {
      (self.kind, self.data, self.tags) = (kind, data, tags)
    }

    /// To that key, and nothing else.
    public init(key: CompressedPoint) { self.init(kind: "P2PK", data: key.hex) }
  }

  /// What the payment is to be called by.
  public let id: String?
  /// How much; nil: what the payer likes.
  public let amount: UInt64?
  /// In which unit; it is there when the amount is.
  public let unit: String?
  /// Whether it can be paid once only; nil: it is not told.
  public let isSingleUse: Bool?
  /// The mints whose coins are taken; none: any.
  public let mints: [String]
  /// What it is for.
  public let description: String?
  /// The ways that the payment can take, the best first.
  public let transports: [Transport]
  /// What the coins have to be locked to; nil: nothing.
  public let lock: Lock?

  /// Of its parts, within their limits.
  public init(
    id: String? = nil, amount: UInt64? = nil, unit: String? = nil, isSingleUse: Bool? = nil, mints: [String] = [],
    description: String? = nil, transports: [Transport] = [], lock: Lock? = nil
  ) throws(FormatError) {
    let limit = CashuLimits.paymentRequestListCountMax
    let tags = transports.map(\.tags) + [lock?.tags ?? []]
    let texts =
      transports.flatMap { [$0.type, $0.target] + $0.tags.joined() } + [id ?? "", lock?.kind ?? "", lock?.data ?? ""]
      + (lock?.tags.flatMap { $0 } ?? [])
    guard mints.count <= limit, transports.count <= limit,
      tags.allSatisfy({ $0.count <= limit && $0.allSatisfy { $0.count <= limit } }),
      texts.allSatisfy({ $0.utf8.count <= CashuLimits.paymentRequestTextByteCountMax }),
      description?.utf8.count ?? 0 <= CashuLimits.memoByteCountMax
    else { throw .tooLarge }
    guard mints.allSatisfy({ PrintableText.isPlain($0, byteCountMax: CashuLimits.mintURLByteCountMax) }),
      unit.map({ PrintableText.isPlain($0, byteCountMax: CashuLimits.unitByteCountMax) }) ?? (amount == nil),
      amount != 0
    else { throw .invalidValue }
    let words = transports.map(\.type) + (lock.map { [$0.kind, $0.data] } ?? [])
    guard words.allSatisfy({ PrintableText.isPlain($0, byteCountMax: CashuLimits.paymentRequestTextByteCountMax) })
    else {
      throw .invalidValue
    }
    (self.id, self.amount, self.unit, self.isSingleUse) = (id, amount, unit, isSingleUse)
    (self.mints, self.description, self.transports, self.lock) = (mints, description, transports, lock)
  }

  private static let prefix = "creqA"

  /// Reads a request's text.
  public init(text: String) throws(FormatError) {
    guard text.utf8.count <= CashuLimits.paymentRequestByteCountMax else { throw .tooLarge }
    guard text.utf8.starts(with: Self.prefix.utf8) else { throw .unknownFormat }
    let bytes = try Base64.decode(Array(text.utf8).dropFirst(Self.prefix.utf8.count))
    self = try CBORReader.read(bytes) { reader throws(FormatError) in try reader.paymentRequest() }
  }

  /// The request's text. `tooLarge`: it is longer than what is read.
  public func text() throws(FormatError) -> String {
    var writer = CBORWriter()
    writer.paymentRequest(self)
    let text = Self.prefix + String(decoding: Base64.encode(writer.bytes), as: UTF8.self)
    guard text.utf8.count <= CashuLimits.paymentRequestByteCountMax else { throw .tooLarge }
    return text
  }
}

extension CBORReader {
  fileprivate mutating func paymentRequest() throws(FormatError) -> PaymentRequest {
    var id, unit, description: String?
    var amount: UInt64?
    var isSingleUse: Bool?
    var mints: [String] = []
    var transports: [PaymentRequest.Transport] = []
    var lock: PaymentRequest.Lock?
    try map { name, reader throws(FormatError) in
      switch name {
      case "i": id = try reader.takeNull() ? nil : reader.requestText()
      case "a": amount = try reader.takeNull() ? nil : reader.unsigned()
      case "u": unit = try reader.takeNull() ? nil : reader.requestText()
      case "s": isSingleUse = try reader.takeNull() ? nil : reader.bool()
      case "d": description = try reader.takeNull() ? nil : reader.requestText()
      case "m": mints = try reader.takeNull() ? [] : reader.requestTexts()
      case "t":
        transports =
          try reader.takeNull()
          ? [] : reader.requestList { reader throws(FormatError) in try reader.transport() }
      case "nut10": lock = try reader.takeNull() ? nil : reader.lock()
      default: break
      }
    }
    return try PaymentRequest(
      id: id, amount: amount, unit: unit, isSingleUse: isSingleUse, mints: mints, description: description,
      transports: transports, lock: lock)
  }

  private mutating func transport() throws(FormatError) -> PaymentRequest.Transport {
    let (type, target, tags) = try described("t", "a", tags: "g")
    return PaymentRequest.Transport(type: type, target: target, tags: tags)
  }

  private mutating func lock() throws(FormatError) -> PaymentRequest.Lock {
    let (kind, data, tags) = try described("k", "d", tags: "t")
    return PaymentRequest.Lock(kind: kind, data: data, tags: tags)
  }

  /// A map of two texts and lists of texts, by the names that they have.
  private mutating func described(
    _ first: String, _ second: String, tags: String
  ) throws(FormatError) -> (String, String, [[String]]) {
    var texts: [String: String] = [:]
    var lists: [[String]] = []
    try map { name, reader throws(FormatError) in
      switch name {
      case first, second: texts[name] = try reader.requestText()
      case tags:
        lists =
          try reader.takeNull()
          ? [] : reader.requestList { reader throws(FormatError) in try reader.requestTexts() }
      default: break
      }
    }
    return (try texts[first].required(), try texts[second].required(), lists)
  }

  private mutating func requestText() throws(FormatError) -> String {
    try text(byteCountMax: CashuLimits.paymentRequestTextByteCountMax)
  }

  private mutating func requestTexts() throws(FormatError) -> [String] {
    try requestList { reader throws(FormatError) in try reader.requestText() }
  }

  private mutating func requestList<Element>(
    _ element: (inout CBORReader) throws(FormatError) -> Element
  ) throws(FormatError) -> [Element] {
    var list: [Element] = []
    try array(countMax: CashuLimits.paymentRequestListCountMax) { reader throws(FormatError) in
      list.append(try element(&reader))
    }
    return list
  }
}

extension CBORWriter {
  fileprivate mutating func paymentRequest(_ request: PaymentRequest) {
    let isThere = [
      request.id != nil, request.amount != nil, request.unit != nil, request.isSingleUse != nil, !request.mints.isEmpty,
      request.description != nil, !request.transports.isEmpty, request.lock != nil,
    ]
    map(count: isThere.count { $0 })
    member("i", request.id) { $0.text($1) }
    member("a", request.amount) { $0.number($1) }
    member("u", request.unit) { $0.text($1) }
    member("s", request.isSingleUse) { $0.bool($1) }
    member("m", request.mints.isEmpty ? nil : request.mints) { $0.texts($1) }
    member("d", request.description) { $0.text($1) }
    member("t", request.transports.isEmpty ? nil : request.transports) { writer, transports in
      writer.array(count: transports.count)
      for transport in transports {
        writer.described(["t": transport.type, "a": transport.target], "g", transport.tags)
      }
    }
    member("nut10", request.lock) { $0.described(["k": $1.kind, "d": $1.data], "t", $1.tags) }
  }

  private mutating func member<Value>(_ name: String, _ value: Value?, _ write: (inout CBORWriter, Value) -> Void) {
    guard let value else { return }
    text(name)
    write(&self, value)
  }

  private mutating func described(_ members: KeyValuePairs<String, String>, _ name: String, _ tags: [[String]]) {
    map(count: members.count + (tags.isEmpty ? 0 : 1))
    for (name, value) in members {
      text(name)
      text(value)
    }
    guard !tags.isEmpty else { return }
    text(name)
    array(count: tags.count)
    for tag in tags { self.texts(tag) }
  }

  private mutating func texts(_ texts: [String]) {
    array(count: texts.count)
    for text in texts { self.text(text) }
  }
}
