import Cashu
import Testing

@Suite("Payment requests")
struct PaymentRequestTests {
  private static func round(_ request: PaymentRequest) throws {
    #expect(try PaymentRequest(text: request.text()) == request)
  }

  @Test("What is written is read again")
  func roundTrips() throws {
    let digits = try FormatVectors.mint().p2pk_pubkey
    let key = try #require(CompressedPoint(hex: digits))
    let transports: [PaymentRequest.Transport] = [
      .init(type: "post", target: "https://example.org/pay"),
      .init(type: "nostr", target: "nprofile1qq", tags: [["n", "17"], [], ["n", "1", "2"]]),
    ]
    try Self.round(PaymentRequest())
    try Self.round(PaymentRequest(id: "b7a90176", amount: 10, unit: "sat", mints: ["https://mint.example"]))
    try Self.round(
      PaymentRequest(amount: .max, unit: "sat", isSingleUse: true, description: "café", transports: transports))
    try Self.round(PaymentRequest(unit: "eur", isSingleUse: false, mints: ["a", "b"], lock: .init(key: key)))
    try Self.round(PaymentRequest(lock: .init(kind: "P2PK", data: key.hex, tags: [["sigflag", "SIG_INPUTS"]])))
  }

  @Test("It begins as wallets know it, and its bytes are CBOR as they read it")
  func bytes() throws {
    let request = try PaymentRequest(id: "a", amount: 500, unit: "sat")
    let map: CBOR.Item = .map([(.text("i"), .text("a")), (.text("a"), .number(500)), (.text("u"), .text("sat"))])
    #expect(try request.text() == "creqA" + Base64Text.encode(CBOR.encode(map)))
  }

  private static func read(_ pairs: [(CBOR.Item, CBOR.Item)]) -> FormatError? {
    FormatVectors.error { () throws(FormatError) in
      _ = try PaymentRequest(text: "creqA" + Base64Text.encode(CBOR.encode(.map(pairs))))
    }
  }

  @Test("What others write is taken, and what nobody should write is refused")
  func others() {
    let null: CBOR.Item = .raw([0xf6])
    let undefined: CBOR.Item = .raw([0xf7])
    let transport: CBOR.Item = .map([(.text("t"), .text("post")), (.text("a"), .text("x")), (.text("g"), undefined)])
    let lock: CBOR.Item = .map([(.text("k"), .text("P2PK")), (.text("d"), .text("x")), (.text("t"), null)])
    let nulls = ["i", "a", "u", "s", "m", "d", "t", "nut10"].map { (CBOR.Item.text($0), null) }
    let lines: [([(CBOR.Item, CBOR.Item)], FormatError?)] = [
      (nulls, nil), ([(.text("t"), .array([transport]))], nil), ([(.text("nut10"), lock)], nil), ([], nil),
      ([(.text("sm"), .array([.map([(.text("mn"), .text("bolt11"))])])), (.text("mp"), .raw([0xf5]))], nil),
      ([(.text("a"), .number(1))], .invalidValue),
      ([(.text("a"), .number(0)), (.text("u"), .text("sat"))], .invalidValue),
      ([(.text("a"), .text("1")), (.text("u"), .text("sat"))], .wrongType), ([(.text("s"), .number(1))], .wrongType),
      ([(.text("u"), .text(""))], .invalidValue), ([(.text("m"), .text("x"))], .wrongType),
      ([(.text("m"), .array([.number(1)]))], .wrongType),
      ([(.text("m"), .array([.text("é")]))], .invalidValue),
      ([(.text("m"), .array(Array(repeating: .text("x"), count: 33)))], .tooLarge),
      ([(.text("m"), .array(Array(repeating: .text("x"), count: 32)))], nil),
      ([(.text("d"), .text(String(repeating: "d", count: 257)))], .tooLarge),
      ([(.text("i"), .text(String(repeating: "d", count: 1_025)))], .tooLarge),
      ([(.text("t"), .array([.map([])]))], .missing),
      ([(.text("nut10"), .map([(.text("k"), .text("P2PK"))]))], .missing),
      ([(.text("i"), null), (.text("i"), null)], .duplicate),
      ([(.text("nut10"), .map([(.text("k"), .text("P2PK")), (.text("k"), .text("P2PK"))]))], .duplicate),
      ([(.text("nut10"), .map([(.text("k"), .text("P2P\u{212a}")), (.text("d"), .text("x"))]))], .invalidValue),
    ]
    for (index, (pairs, error)) in lines.enumerated() { #expect(Self.read(pairs) == error, "line \(index)") }
    for text in [
      "", "creqA", "creqB", "creqb1qyq", "CREQAoA", "cashuBoA", "creqAoA==", "creqAoB", "creqA oA", "creqAoAoA",
    ] {
      #expect(
        FormatVectors.error { () throws(FormatError) in _ = try PaymentRequest(text: text) }
          == (text == "creqAoA==" ? nil : text.hasPrefix("creqA") ? .syntax : .unknownFormat), "\(text)")
    }
    let long = "creqA" + String(repeating: "A", count: 16_380)
    #expect(FormatVectors.error { () throws(FormatError) in _ = try PaymentRequest(text: long) } == .tooLarge)
  }

  @Test("Requests beyond the limits are not made")
  func limits() {
    let wide = PaymentRequest.Transport(type: "t", target: "a", tags: [Array(repeating: "x", count: 33)])
    let long = PaymentRequest.Transport(type: "t", target: String(repeating: "a", count: 1_025))
    for transports in [[wide], [long], Array(repeating: PaymentRequest.Transport(type: "t", target: "a"), count: 33)] {
      #expect(
        FormatVectors.error { () throws(FormatError) in _ = try PaymentRequest(transports: transports) } == .tooLarge)
    }
    #expect(FormatVectors.error { () throws(FormatError) in _ = try PaymentRequest(amount: 1) } == .invalidValue)
    let large = PaymentRequest.Transport(type: "t", target: String(repeating: "a", count: 1_024))
    #expect(
      FormatVectors.error { () throws(FormatError) in
        _ = try PaymentRequest(transports: Array(repeating: large, count: 20)).text()
      } == .tooLarge)
  }
}
