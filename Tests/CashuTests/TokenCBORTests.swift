import Cashu
import Foundation
import Testing

/// Base64 of the system's library, in the alphabet of URLs.
enum Base64Text {
  static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

/// CBOR made by hand, so that it can be wrong.
enum CBOR {
  indirect enum Item {
    case number(UInt64)
    case text(String)
    case data([UInt8])
    case array([Item])
    case map([(Item, Item)])
    case raw([UInt8])
  }

  static func encode(_ item: Item) -> [UInt8] {
    switch item {
    case .number(let number): head(0, number)
    case .text(let text): head(3, UInt64(text.utf8.count)) + Array(text.utf8)
    case .data(let data): head(2, UInt64(data.count)) + data
    case .array(let items): head(4, UInt64(items.count)) + items.flatMap(encode)
    case .map(let pairs): head(5, UInt64(pairs.count)) + pairs.flatMap { encode($0) + encode($1) }
    case .raw(let bytes): bytes
    }
  }

  static func head(_ major: UInt8, _ argument: UInt64) -> [UInt8] {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: argument >> UInt64(56 - 8 * $0)) }
    return switch argument {
    case 0..<24: [major << 5 | bytes[7]]
    case 0...0xff: [major << 5 | 24] + bytes.suffix(1)
    case 0...0xffff: [major << 5 | 25] + bytes.suffix(2)
    case 0...0xffff_ffff: [major << 5 | 26] + bytes.suffix(4)
    default: [major << 5 | 27] + bytes
    }
  }
}

@Suite("Tokens of CBOR")
struct TokenCBORTests {
  private static let point = [UInt8](repeating: 2, count: 33)
  private static let id: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]

  private static func proof(
    amount: CBOR.Item = .number(1), secret: CBOR.Item = .text("s"), signature: CBOR.Item = .data(point),
    more: [(CBOR.Item, CBOR.Item)] = []
  ) -> CBOR.Item {
    .map([(.text("a"), amount), (.text("s"), secret), (.text("c"), signature)] + more)
  }

  private static func token(
    _ proofs: [CBOR.Item] = [proof()], mint: CBOR.Item = .text("https://mint.example"), id: CBOR.Item = .data(id),
    more: [(CBOR.Item, CBOR.Item)] = []
  ) -> CBOR.Item {
    .map(
      [
        (.text("t"), .array([.map([(.text("p"), .array(proofs)), (.text("i"), id)])])), (.text("m"), mint),
        (.text("u"), .text("sat")),
      ] + more)
  }

  private static func read(_ item: CBOR.Item) -> FormatError? {
    let bytes = Array("crawB".utf8) + CBOR.encode(item)
    let error = FormatVectors.error { () throws(FormatError) in _ = try Token(bytes) }
    let text = "cashuB" + Base64Text.encode(Array(bytes.dropFirst(5)))
    #expect(FormatVectors.error { () throws(FormatError) in _ = try Token(text: text) } == error)
    return error
  }

  /// An array in arrays.
  private static func nested(_ depth: Int) -> CBOR.Item { .raw([UInt8](repeating: 0x81, count: depth) + [0]) }

  @Test("What wallets write is taken: any order of keys, null and undefined, what is unknown")
  func taken() {
    #expect(Self.read(Self.token()) == nil)
    #expect(Self.read(Self.token([Self.proof(amount: .number(.max))])) == nil)
    for value: CBOR.Item in [
      .raw([0xf6]), .raw([0xf7]), .raw([0xf4]), .raw([0xf5]), .raw([0xf9, 0, 0]), .raw([0xfa, 0, 0, 0, 0]),
      .raw([0xfb, 0, 0, 0, 0, 0, 0, 0, 0]), .raw([0x20]), .raw([0x3b] + [UInt8](repeating: 0xff, count: 8)),
      .map([(.text("é"), .number(1))]), .array([.data([1]), .text("x")]), Self.nested(11),
    ] {
      #expect(Self.read(Self.token(more: [(.text("x"), value)])) == nil)
      #expect(Self.read(Self.token([Self.proof(more: [(.text("pe"), value)])])) == nil)
    }
    for null: UInt8 in [0xf6, 0xf7] {
      let more: [(CBOR.Item, CBOR.Item)] = [(.text("d"), .raw([null])), (.text("w"), .raw([null]))]
      #expect(Self.read(Self.token([Self.proof(more: more)], more: [(.text("d"), .raw([null]))])) == nil)
    }
  }

  @Test("What nobody should write is refused")
  func refused() {
    let proof = Self.proof()
    let lines: [(CBOR.Item, FormatError)] = [
      (.raw([]), .syntax), (.raw([0x80]), .wrongType), (.raw([0xa0]), .missing), (.raw([0xa0, 0]), .syntax),
      (.raw(CBOR.encode(Self.token()) + [0]), .syntax), (.raw(CBOR.encode(Self.token()).dropLast()), .syntax),
      // Indefinite lengths.
      (.raw([0xbf, 0xff]), .syntax), (Self.token(mint: .raw([0x7f, 0x61, 0x61, 0xff])), .syntax),
      (.map([(.text("t"), .raw([0x9f, 0xff]))]), .syntax),
      // Heads that could be shorter.
      (Self.token([Self.proof(amount: .raw([0x18, 0x17]))]), .syntax),
      (Self.token([Self.proof(amount: .raw([0x19, 0, 0xff]))]), .syntax),
      (Self.token([Self.proof(amount: .raw([0x1a, 0, 0, 0xff, 0xff]))]), .syntax),
      (Self.token([Self.proof(amount: .raw([0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]))]), .syntax),
      (Self.token(mint: .raw([0x78, 1, 0x61])), .syntax), (.raw([0xb8, 0]), .syntax),
      // Heads that there are not.
      (Self.token([Self.proof(amount: .raw([0x1c]))]), .syntax),
      (Self.token(more: [(.text("x"), .raw([0xf8, 0x20]))]), .syntax),
      (Self.token(more: [(.text("x"), .raw([0xe0]))]), .syntax),
      (Self.token(more: [(.text("x"), .raw([0xff]))]), .syntax),
      // Tags, other types.
      (Self.token(mint: .raw([0xc0, 0x61, 0x61])), .wrongType),
      (Self.token(more: [(.text("x"), .raw([0xc2, 0x41, 1]))]), .syntax),
      (Self.token([Self.proof(amount: .raw([0xc2, 0x41, 1]))]), .wrongType),
      (Self.token([Self.proof(amount: .raw([0x20]))]), .wrongType),
      (Self.token([Self.proof(amount: .text("1"))]), .wrongType),
      (Self.token([Self.proof(amount: .raw([0xf9, 0x3c, 0]))]), .wrongType),
      (Self.token([Self.proof(secret: .data([1]))]), .wrongType),
      (Self.token([Self.proof(signature: .text("02"))]), .wrongType),
      (Self.token(mint: .raw([0xf6])), .wrongType), (Self.token(id: .text("0001020304050607")), .wrongType),
      // Keys.
      (Self.token(more: [(.text("m"), .text("https://mint.example"))]), .duplicate),
      (Self.token(more: [(.number(1), .number(1))]), .wrongType),
      (Self.token(more: [(.text("é"), .number(1)), (.text("é"), .number(1))]), .duplicate),
      (Self.token([Self.proof(more: [(.text("a"), .number(1))])]), .duplicate),
      // Values.
      (Self.token([Self.proof(amount: .number(0))]), .invalidValue), (Self.token([proof, proof]), .duplicate),
      (Self.token([]), .missing),
      (Self.token([Self.proof(amount: .number(.max)), Self.proof(secret: .text("t"))]), .overflow),
      (Self.token([Self.proof(secret: .raw([0x61, 0xff]))]), .notUnicode),
      (Self.token([Self.proof(secret: .raw([0x63, 0xed, 0xa0, 0x80]))]), .notUnicode),
      (Self.token(more: [(.raw([0x61, 0x80]), .number(1))]), .notUnicode),
      (Self.token(more: [(.text("x"), .raw([0x61, 0x80]))]), .notUnicode),
      (Self.token([Self.proof(signature: .data(Self.point + [0]))]), .invalidValue),
      (Self.token([Self.proof(signature: .data([4] + Self.point.dropFirst()))]), .invalidValue),
      (Self.token(id: .data([2] + Self.id.dropFirst())), .invalidValue), (Self.token(id: .data([])), .invalidValue),
      (Self.token(id: .data(Self.id + [0])), .invalidValue),
      (Self.token([Self.proof(secret: .text(String(repeating: "a", count: 1_025)))]), .tooLarge),
      (Self.token(more: [(.text("d"), .text(String(repeating: "a", count: 257)))]), .tooLarge),
      (
        Self.token([Self.proof(more: [(.text("d"), .map([(.text("e"), .data([1])), (.text("s"), .data([1]))]))])]),
        .invalidValue
      ),
      (Self.token([Self.proof(more: [(.text("d"), .map([]))])]), .missing),
      (
        .map([
          (.text("t"), .array([.map([(.text("p"), .array([proof]))])])), (.text("m"), .text("m")),
          (.text("u"), .text("u")),
        ]), .missing
      ),
      // Sizes that are not there, and depth.
      (.raw([0x9b] + [UInt8](repeating: 0xff, count: 8)), .wrongType),
      (Self.token(mint: .raw([0x7b] + [UInt8](repeating: 0xff, count: 8))), .syntax),
      (.raw([0xbb] + [UInt8](repeating: 0xff, count: 8)), .tooLarge),
      (Self.token(more: [(.text("x"), .raw([0x9b] + [UInt8](repeating: 0xff, count: 8)))]), .tooLarge),
      (Self.token(more: [(.text("x"), Self.nested(16))]), .tooLarge),
      (Self.token(more: [(.text("x"), Self.nested(40_000))]), .tooLarge),
      (Self.token((0..<257).map { Self.proof(secret: .text("\($0)")) }), .tooLarge),
    ]
    #expect(lines.count > 50)
    for (index, (item, error)) in lines.enumerated() {
      #expect(Self.read(item) == error, "line \(index)")
    }
  }
}
