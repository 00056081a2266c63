import Cashu
import Testing

@Suite("Tokens")
struct TokenTests {
  private let vectors: FormatVectors.Mint

  init() throws { vectors = try FormatVectors.mint() }

  private func coins(_ count: Int = 5) throws -> [Proof] { try vectors.proofs.prefix(count).map { try $0.proof() } }

  private func token(memo: String? = nil) throws -> Token {
    try Token(mint: vectors.url, unit: "sat", memo: memo, proofs: coins())
  }

  @Test("Tokens of the real wallet are read whole")
  func recorded() throws {
    #expect(vectors.tokens.count == 6)
    for recorded in vectors.tokens {
      let token = try Token(text: recorded.serialized)
      let isLocked = recorded.name.contains("p2pk")
      let coins = isLocked ? vectors.p2pk_proofs : vectors.proofs
      #expect(token.mint == vectors.url && token.unit == "sat" && token.amount == 31)
      #expect(token.proofs.map(\.signature.hex) == recorded.C)
      for (read, coin) in zip(token.proofs, coins) {
        let whole = try coin.proof()
        #expect(read.secret == whole.secret && read.amount == whole.amount && read.keyset.stands(for: whole.keyset))
        #expect(read.dleq == (recorded.name.contains("dleq") ? whole.dleq : nil))
      }
    }
  }

  @Test("What is written is read again, in each format")
  func roundTrips() throws {
    for memo in [nil, "", "for the café \u{1f376}, \"quoted\" \\ \n"] {
      let token = try token(memo: memo)
      #expect(try Token(text: token.text(.cashuA)) == token)
      var short = token.proofs
      for index in short.indices { short[index].keyset = short[index].keyset.shortened }
      let shortened = try Token(mint: token.mint, unit: token.unit, memo: memo, proofs: short)
      #expect(try Token(text: token.text()) == shortened)
      #expect(try Token(token.raw()) == shortened)
      var bare = short
      for index in bare.indices { bare[index].dleq = nil }
      #expect(try Token(text: token.text(includesDLEQ: false)).proofs == bare)
      #expect(try Token(text: token.text(.cashuA, includesDLEQ: false)).proofs.allSatisfy { $0.dleq == nil })
    }
  }

  @Test("Proofs of several keysets, witnesses, and DLEQ proofs without r survive")
  func parts() throws {
    var coins = try coins()
    coins[1].keyset = try #require(KeysetID(hex: "00ad268c4d1f5826"))
    coins[2].witness = P2PKSecret.witness(signature: [UInt8](repeating: 0xab, count: 64))
    coins[3].dleq?.r = nil
    let token = try Token(mint: vectors.url, unit: "msat", proofs: coins)
    let read = try Token(text: token.text())
    // In groups by keyset.
    for index in coins.indices { coins[index].keyset = coins[index].keyset.shortened }
    #expect(read.proofs == [0, 2, 3, 4, 1].map { coins[$0] })
    #expect(try Token(text: token.text(.cashuA)) == token)
  }

  @Test("A token may be surrounded by what wallets copy with it")
  func surroundings() throws {
    let text = try token().text()
    for around in [
      "cashu:\(text)", "cashu://\(text)", " \t\r\n\(text)\n ", "\n cashu:\(text) \n",
      text + String(repeating: "=", count: (4 - (text.utf8.count - 6) % 4) % 4),
      text.replacing("-", with: "+").replacing("_", with: "/"),
    ] {
      #expect(try Token(text: around) == Token(text: text))
    }
    for wrong in [
      "cashu:cashu:\(text)", "cashu: \(text)", "web+cashu:\(text)", "x\(text)", "Cashu:\(text)", "", " ", "cashu:",
      "\u{feff}\(text)", "\u{a0}\(text)",
    ] {
      #expect(
        FormatVectors.error { () throws(FormatError) in _ = try Token(text: wrong) } == .unknownFormat,
        "\(wrong.prefix(12))")
    }
    for wrong in [
      "cashuC\(text.dropFirst(6))", "casshuB\(text.dropFirst(6))", String(text.dropFirst(6)),
      "CASHUB\(text.dropFirst(6))",
    ] {
      #expect(FormatVectors.error { () throws(FormatError) in _ = try Token(text: wrong) } == .unknownFormat)
    }
    for wrong in [
      text + "A", text + "====", text + "=A", text.dropLast(2) + "\n" + text.suffix(2), text + ".", text + text,
    ] {
      #expect(FormatVectors.error { () throws(FormatError) in _ = try Token(text: wrong) } != nil)
    }
    // Nothing may stand around raw bytes.
    let raw = try token().raw()
    #expect(FormatVectors.error { () throws(FormatError) in _ = try Token(raw + [0x0a]) } == .syntax)
    #expect(FormatVectors.error { () throws(FormatError) in _ = try Token([0x20] + raw) } == .unknownFormat)
  }

  @Test("Limits and invariants hold for what is made as for what is read")
  func invariants() throws {
    let coins = try coins()
    var zero = coins
    zero[0].amount = 0
    var overflow = coins
    (overflow[0].amount, overflow[1].amount) = (1 << 63, 1 << 63)
    var largest = Array(coins.prefix(2))
    (largest[0].amount, largest[1].amount) = (1 << 63, 1 << 63 - 1)
    var long = coins
    long[0].secret = String(repeating: "a", count: 1_025)
    var longest = coins
    longest[0].secret = String(repeating: "a", count: 1_024)
    var witness = coins
    witness[0].witness = String(repeating: "a", count: 1_025)
    var empty = coins
    empty[0].secret = ""
    let many = (0..<257).map { index in
      var coin = coins[0]
      coin.secret = "secret \(index)"
      coin.dleq = nil
      return coin
    }
    let url = "https://mint.example"
    let lines: [(String, String, String?, [Proof], FormatError?)] = [
      (url, "sat", nil, coins, nil), (url, "sat", nil, largest, nil), (url, "sat", nil, longest, nil),
      (url, "sat", nil, Array(many.dropLast()), nil), (url, "sat", nil, many, .tooLarge),
      (url, "sat", nil, [], .missing), (url, "sat", nil, zero, .invalidValue), (url, "sat", nil, empty, .invalidValue),
      (url, "sat", nil, overflow, .overflow), (url, "sat", nil, long, .tooLarge), (url, "sat", nil, witness, .tooLarge),
      (url, "sat", nil, coins + [coins[2]], .duplicate),
      (url, "", nil, coins, .invalidValue), (url, String(repeating: "s", count: 17), nil, coins, .invalidValue),
      (url, "s t", nil, coins, .invalidValue), (url, "\u{212a}", nil, coins, .invalidValue),
      ("", "sat", nil, coins, .invalidValue), ("https://mint .example", "sat", nil, coins, .invalidValue),
      ("https://m\u{ef}nt.example", "sat", nil, coins, .invalidValue),
      (url + "\n", "sat", nil, coins, .invalidValue), (url + "\0", "sat", nil, coins, .invalidValue),
      (String(repeating: "h", count: 257), "sat", nil, coins, .invalidValue),
      (String(repeating: "h", count: 256), "sat", nil, coins, nil),
      (url, "sat", String(repeating: "m", count: 257), coins, .tooLarge),
      (url, "sat", String(repeating: "m", count: 256), coins, nil),
    ]
    for (mint, unit, memo, proofs, error) in lines {
      let found = FormatVectors.error { () throws(FormatError) in
        let token = try Token(mint: mint, unit: unit, memo: memo, proofs: proofs)
        let read = try Token(token.raw(includesDLEQ: false))
        guard read.amount == token.amount, read.proofs.count == token.proofs.count, read.memo == memo else {
          throw .mismatch
        }
      }
      #expect(found == error, "\(mint.prefix(30)) \(unit) \(proofs.count)")
    }
    #expect(try Token(mint: url, unit: "sat", proofs: largest).amount == .max)
    // Two secrets that Unicode has as equal are two.
    var twins = coins
    (twins[0].secret, twins[1].secret) = ("caf\u{e9}", "cafe\u{301}")
    let token = try Token(mint: url, unit: "sat", proofs: twins)
    #expect(try Token(text: token.text()).proofs.map { Array($0.secret.utf8) } == twins.map { Array($0.secret.utf8) })
    #expect(
      FormatVectors.error { () throws(FormatError) in _ = try Token(text: String(repeating: " ", count: 61_441)) }
        == .tooLarge)
  }

  @Test("Tokens too long to be read are not written")
  func tooLong() throws {
    let coin = try coins(1)[0]
    let coins = (0..<60).map { index in
      var coin = coin
      coin.secret = "\(index)" + String(repeating: "s", count: 1_000)
      return coin
    }
    let token = try Token(mint: "https://mint.example", unit: "sat", proofs: coins)
    #expect(FormatVectors.error { () throws(FormatError) in _ = try token.text() } == .tooLarge)
    #expect(FormatVectors.error { () throws(FormatError) in _ = try token.raw() } == .tooLarge)
  }

  @Test(
    "Tokens of JSON: one mint, strict members, what is unknown is skipped",
    arguments: [
      (#"{"token":[{"mint":"M","proofs":[P1]}]}"#, nil),
      (#"{"token":[{"mint":"M","proofs":[P1,P2]}],"unit":null,"memo":null,"more":{"x":[1,2.5e-3,null,{}]}}"#, nil),
      (
        #" { "memo" : "a" , "token" : [ { "proofs" : [ P1 ] , "mint" : "M" } , { "mint" : "M" , "proofs" : [ P2 ] } ] } "#,
        nil
      ),
      (#"{"token":[{"mint":"M","proofs":[P1]},{"mint":"N","proofs":[P2]}]}"#, .severalMints),
      (#"{"token":[{"mint":"M","proofs":[P1]},{"mint":"M","proofs":[P1]}]}"#, .duplicate),
      (#"{"token":[{"mint":"M","proofs":[P1,P1]}]}"#, .duplicate),
      (#"{"token":[{"mint":"M","mint":"M","proofs":[P1]}]}"#, .duplicate),
      (#"{"token":[{"mint":"M","proofs":[P1]}],"tok\u0065n":[]}"#, .duplicate),
      (#"{"token":[{"mint":"M","proofs":[P1]}]} x"#, .syntax), (#"{"token":[{"mint":"M","proofs":[P1]}]}{}"#, .syntax),
      (#"{"token":[{"mint":"M","proofs":[P1],}]}"#, .syntax), (#"{'token':[]}"#, .syntax), ("", .syntax),
      ("[]", .wrongType),
      (#"{"token":[]}"#, .missing), (#"{"token":[{"mint":"M","proofs":[]}]}"#, .missing), (#"{}"#, .missing),
      (#"{"token":[{"proofs":[P1]}]}"#, .missing), (#"{"token":{"mint":"M","proofs":[P1]}}"#, .wrongType),
      (#"{"token":[{"mint":"M","proofs":[{"amount":"1","id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#, .wrongType),
      (#"{"token":[{"mint":"M","proofs":[{"amount":1.0,"id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#, .wrongType),
      (#"{"token":[{"mint":"M","proofs":[{"amount":1e0,"id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#, .wrongType),
      (#"{"token":[{"mint":"M","proofs":[{"amount":-1,"id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#, .wrongType),
      (#"{"token":[{"mint":"M","proofs":[{"amount":01,"id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#, .syntax),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":18446744073709551616,"id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#,
        .invalidValue
      ),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":18446744073709551615,"id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#,
        nil
      ),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":0,"id":"009a1f293253e41e","secret":"s","C":"K"}]}]}"#, .invalidValue
      ),
      (#"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"I2yN+iRYfkzT","secret":"s","C":"K"}]}]}"#, .invalidValue),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"029a1f293253e41e","secret":"s","C":"K"}]}]}"#, .invalidValue
      ),
      (#"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"009a1f293253e41e","secret":1,"C":"K"}]}]}"#, .wrongType),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"009a1f293253e41e","secret":"\ud800","C":"K"}]}]}"#,
        .notUnicode
      ),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"009a1f293253e41e","secret":"s","C":"04"}]}]}"#,
        .invalidValue
      ),
      (#"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"009a1f293253e41e","secret":"s"}]}]}"#, .missing),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"009a1f293253e41e","secret":"s","C":"K","dleq":{}}]}]}"#,
        .missing
      ),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"009a1f293253e41e","secret":"s","C":"K","witness":{"signatures":[]}}]}]}"#,
        .wrongType
      ),
      (
        #"{"token":[{"mint":"M","proofs":[{"amount":1,"id":"009a1f293253e41e","secret":"s","C":"K","witness":null,"dleq":null}]}]}"#,
        nil
      ),
    ] as [(String, FormatError?)])
  func json(text: String, error: FormatError?) throws {
    let key = vectors.p2pk_pubkey
    func proof(_ secret: String) -> String {
      #"{"amount":1,"id":"009a1f293253e41e","secret":"\#(secret)","C":"\#(key)"}"#
    }
    let text = text.replacing("P1", with: proof("one")).replacing("P2", with: proof("two")).replacing(
      "\"M\"", with: "\"https://mint.example\""
    )
    .replacing("\"N\"", with: "\"https://other.example\"").replacing("\"K\"", with: "\"\(key)\"")
    let token = "cashuA" + Base64Text.encode(Array(text.utf8))
    #expect(FormatVectors.error { () throws(FormatError) in _ = try Token(text: token) } == error, "\(text)")
  }
}
