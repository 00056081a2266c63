import Cashu
import Foundation
import Testing

/// Quotes, what a mint says of itself, and why it refuses.
@Suite("Answers of a mint")
struct MintAnswerTests {
  @Test("Quotes of the real mint")
  func quotes() throws {
    let asked = try MintQuote(FormatVectors.exchange("mint_quote").answer)
    #expect(asked.state == .unpaid && asked.amount == 21 && asked.unit == "sat" && asked.expiry == 1_795_391_116)
    #expect(asked.id.text == "01a2056f-65a1-73a4-aef2-7e5432382ab0" && asked.invoice.hasPrefix("lnbc210n1"))
    let paid = try MintQuote(FormatVectors.exchange("mint_quote_state").answer)
    #expect(paid.state == .paid && paid.expiry == nil && paid.id == asked.id)
    let melt = try MeltQuote(FormatVectors.exchange("melt_quote").answer)
    #expect(
      melt.state == .unpaid && melt.amount == 10 && melt.feeReserve == 2 && melt.change.isEmpty && melt.preimage == nil)
    let pending = try MeltQuote(FormatVectors.exchange("melt_pending").answer)
    #expect(pending.state == .pending && pending.change.isEmpty)
    let recorded = try FormatVectors.exchange("melt")
    let done = try MeltQuote(recorded.answer)
    #expect(done.state == .paid && done.preimage == Bytes32([UInt8](repeating: 0, count: 32)))
    #expect(done.change.map(\.amount).reduce(0, +) > 0)
    let outputs = try FormatVectors.outputs(recorded.asked)
    #expect(try done.change(for: outputs).map(\.outputIndex) == Array(done.change.indices))
    #expect(FormatVectors.error { () throws(FormatError) in _ = try done.change(for: []) } == .mismatch)
    var other = outputs
    other[0].keyset = try #require(KeysetID(hex: "009a1f293253e41e"))
    #expect(FormatVectors.error { () throws(FormatError) in _ = try done.change(for: other) } == .mismatch)
  }

  @Test(
    "Quotes that are none",
    arguments: [
      (#"{"quote":"q","request":"lnbc1","state":"PAID"}"#, nil),
      (#"{"quote":"q","request":"lnbc1","state":"ISSUED","amount":null,"unit":null,"expiry":null}"#, nil),
      (#"{"quote":"q","request":"lnbc1","state":"PAID","paid":true,"pubkey":"","amount":18446744073709551615}"#, nil),
      (#"{"quote":"q","request":"lnbc1"}"#, .missing), (#"{"quote":"q","state":"PAID"}"#, .missing),
      (#"{"request":"lnbc1","state":"PAID"}"#, .missing),
      (#"{"quote":"q","request":"lnbc1","state":"paid"}"#, .invalidValue),
      (#"{"quote":"q","request":"lnbc1","state":"EXPIRED"}"#, .invalidValue),
      (#"{"quote":"..","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"a/b","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"a?b","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"a#","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"a%2f","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"a b","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"a\r\n","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"é","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"\u212a","request":"lnbc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":7,"request":"lnbc1","state":"PAID"}"#, .wrongType),
      (#"{"quote":"q","request":"","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"q","request":"ln bc1","state":"PAID"}"#, .invalidValue),
      (#"{"quote":"q","request":"lnbc1","state":"PAID","expiry":-1}"#, .wrongType),
      (#"{"quote":"q","request":"lnbc1","state":"PAID","expiry":1.5}"#, .wrongType),
      (#"{"quote":"q","request":"lnbc1","state":"PAID","unit":"s t"}"#, .invalidValue),
      (#"{"quote":"q","request":"lnbc1","state":"PAID","state":"UNPAID"}"#, .duplicate),
      (#"{"quote":"q","request":"lnbc1","state":"PAID","x":[1,]}"#, .syntax),
    ] as [(String, FormatError?)])
  func oddQuotes(text: String, error: FormatError?) {
    #expect(FormatVectors.error { () throws(FormatError) in _ = try MintQuote(Array(text.utf8)) } == error)
  }

  @Test("Long texts end at their limits")
  func longQuotes() {
    func error(_ quote: Int, _ request: Int, _ space: Int = 0) -> FormatError? {
      let text =
        #"{"quote":"\#(String(repeating: "q", count: quote))","request":"\#(String(repeating: "l", count: request))","state":"PAID"}"#
      return FormatVectors.error { () throws(FormatError) in
        _ = try MintQuote([UInt8](repeating: 0x20, count: space) + Array(text.utf8))
      }
    }
    #expect(error(256, 10_000) == nil && error(257, 1) == .tooLarge && error(1, 10_001) == .tooLarge)
    #expect(error(1, 1, 1 << 20) == .tooLarge && error(1, 1, 1 << 19) == nil)
  }

  @Test(
    "JSON is read as RFC 8259 has it, also where it is skipped",
    arguments: [
      ("0", nil), ("-0", nil), ("-1.5e+300", nil), ("1E5", nil), ("\"\\ud83c\\udf76\\/\\b\\f\\n\\r\\t\"", nil),
      ("[ ]", nil), ("{ }", nil), ("\t\r\n true ", nil),
      ("[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]", nil), ("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", .tooLarge),
      ("{\"é\":1,\"e\\u0301\":2}", nil), ("{\"é\":1,\"\\u00e9\":2}", .duplicate),
      ("{\"a\":1,\"\\u0061\":2}", .duplicate), ("01", .syntax), ("-", .syntax), ("1.", .syntax), (".5", .syntax),
      ("1e", .syntax), ("+1", .syntax), ("0x1", .syntax), ("NaN", .syntax),
      ("Infinity", .syntax), ("tru", .syntax), ("True", .syntax), ("nul", .syntax), ("'a'", .syntax),
      ("\"\u{1}\"", .syntax), ("\"\n\"", .syntax), ("\"\\x\"", .syntax), ("\"\\u12\"", .syntax),
      ("\"\\u12g4\"", .syntax), ("\"\\ud800\"", .notUnicode), ("\"\\udc00\"", .notUnicode),
      ("\"\\ud800\\u0041\"", .notUnicode), ("\"\\ud800x\"", .notUnicode), ("[1 2]", .syntax), ("[1,,2]", .syntax),
      ("[,1]", .syntax), ("[1", .syntax), ("{\"a\"}", .syntax), ("{\"a\" 1}", .syntax), ("{a:1}", .syntax),
      ("{\"a\":1,}", .syntax), ("{,}", .syntax), ("{1:2}", .syntax), ("", .syntax), ("// x\n1", .syntax),
      ("1 /* */", .syntax), ("\u{feff}1", .syntax), ("\u{a0}1", .syntax), ("]", .syntax), ("1]", .syntax),
      ("\"", .syntax), ("\"\\", .syntax), ("\"\\\"", .syntax),
    ] as [(String, FormatError?)])
  func skipped(value: String, error: FormatError?) {
    let text = #"{"x":\#(value),"quote":"q","request":"lnbc1","state":"PAID"}"#
    #expect(FormatVectors.error { () throws(FormatError) in _ = try MintQuote(Array(text.utf8)) } == error)
    #expect(error != nil || JSONSerialization.isValidJSON(text))
  }

  @Test(
    "Bytes that are not UTF-8 are refused where they are skipped, too",
    arguments: [
      [0xff], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func notUnicode(bytes: [UInt8]) {
    let end = Array(#"","quote":"q","request":"lnbc1","state":"PAID"}"#.utf8)
    for start in [#"{"x":""#, #"{"x":1,""#] {
      let body = Array(start.utf8) + bytes + (start.hasSuffix(",\"") ? Array("\":\"".utf8) : []) + end
      #expect(FormatVectors.error { () throws(FormatError) in _ = try MintQuote(body) } == .notUnicode)
    }
  }

  @Test("What the real mint says of itself, and what others could")
  func info() throws {
    let info = try MintInfo(FormatVectors.exchange("info").answer)
    #expect(
      info.name == "Cashu mint" && info.version == "Nutshell/0.21.0" && info.arrayCountMax == 1_000
        && info.publicKey != nil)
    #expect(info.mintMethods.map(\.method) == ["bolt11"] && info.meltMethods.map(\.unit) == ["sat"])
    #expect(
      info.supported.isSuperset(of: [7, 9, 10, 11, 12]) && !info.supported.contains(4) && !info.supported.contains(17))
    let empty = try MintInfo(Array("{}".utf8))
    #expect(empty.name.isEmpty && empty.mintMethods.isEmpty && empty.supported.isEmpty && empty.publicKey == nil)
    let odd = #"""
      {"name":"a\u0000\u001b[31m\u202eb","version":null,"pubkey":"no","nuts":{"4":{"methods":[{"method":"bolt11","unit":"sat","min_amount":1,"max_amount":null}],"disabled":true},
      "5":{"methods":[{"method":"bolt11","unit":"eur","max_amount":18446744073709551615}],"disabled":false},"07":{"supported":true},"+9":{"supported":true},"x":{"supported":true},
      "11":[],"12":{"supported":"true"},"14":null,"15":{"methods":[1]},"99999999999999999999":{"supported":true},"29":{"supported":true}}}
      """#
    let read = try MintInfo(Array(odd.utf8))
    #expect(
      read.name == "a??[31m???b" && read.mintMethods.isEmpty && read.meltMethods[0].amountMax == .max
        && read.supported == [29])
    let long = try MintInfo(Array(#"{"name":"\#(String(repeating: "n", count: 1_000))"}"#.utf8))
    #expect(long.name.utf8.count == CashuLimits.detailByteCountMax)
    for wrong in [
      #"{"nuts":[]}"#, #"{"nuts":{"4":{"methods":[{}]}}}"#, #"{"name":1}"#, #"{"nuts":{"4":{},"4":{}}}"#, "[]", "x",
    ] {
      #expect(FormatVectors.error { () throws(FormatError) in _ = try MintInfo(Array(wrong.utf8)) } != nil)
    }
  }

  @Test("Refusals of the real mint are understood as far as its codes go")
  func refusals() throws {
    let meanings: [String: MintRefusal.Meaning] = [
      "error_swap_double_spend": .alreadySpent, "swap_repeated_verbatim": .alreadySpent, "error_swap_pending": .pending,
      "error_swap_outputs_already_signed": .alreadySigned, "error_swap_invalid_proof": .invalidProof,
      "error_swap_wrong_amount_key": .invalidProof, "error_mint_quote_reused": .quoteIssued,
      "error_melt_already_paid": .quotePaid, "error_melt_pending_again": .quotePending,
      "error_mint_unpaid": .quoteUnpaid,
    ]
    var count = 0
    for (name, exchange) in try FormatVectors.exchanges() where exchange["status"] as? Int != 200 {
      let recorded = try FormatVectors.exchange(name)
      let refusal = MintRefusal(status: recorded.status, body: recorded.answer)
      #expect(refusal.meaning == meanings[name] ?? .other, "\(name)")
      #expect(!refusal.detail.isEmpty && refusal.detail.utf8.count <= 256)
      if recorded.status == 422 { #expect(refusal.code == nil && refusal.detail.hasPrefix("[")) }
      count += 1
    }
    #expect(count > 25)
  }

  @Test(
    "Any body is a refusal",
    arguments: [
      ("", nil, ""), ("<html>\u{1b}[2J", nil, "<html>?[2J"), (#"{"detail":"no","code":11001}"#, 11_001, "no"),
      (#"{"code":11001}"#, 11_001, #"{"code":11001}"#),
      (#"{"detail":"n\u0000\u00e9","code":"11001"}"#, nil, "n???"), (#"{"detail":null,"error":"e","code":0}"#, 0, "e"),
      (#"{"error":null,"detail":"d"}"#, nil, "d"),
      (#"{"detail":["a"],"code":-1}"#, nil, #"["a"]"#), (#"{"detail":{"code":7},"code":1.5}"#, nil, #"{"code":7}"#),
      (#"{"detail":"x","code":11001"#, nil, #"{"detail":"x","code":11001"#),
      (#"{"detail":"x","code":11001,"code":11002}"#, nil, #"{"detail":"x","code":11001,"code":11002}"#),
      ("[]", nil, "[]"), ("null", nil, "null"),
      (#"{"detail":true,"code":18446744073709551615}"#, UInt64.max, "true"),
      (#"{"detail":"x","code":18446744073709551616}"#, nil, "x"),
    ] as [(String, UInt64?, String)])
  func anyRefusal(body: String, code: UInt64?, detail: String) {
    let refusal = MintRefusal(status: 400, body: Array(body.utf8))
    #expect(refusal.code == code && refusal.detail == detail, "\(refusal)")
  }
}

extension JSONSerialization {
  /// Whether the system's reader takes it, which takes more than we do.
  static func isValidJSON(_ text: String) -> Bool {
    (try? jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
  }
}
