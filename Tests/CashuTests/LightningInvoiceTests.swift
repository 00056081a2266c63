import Cashu
import ScriptedMint
import Testing

/// What an invoice says of its amount, its end and its proof, and what is none.
@Suite struct LightningInvoiceTests {
  /// The first example of BOLT-11: a donation of any amount.
  private static let donation =
    "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5"
    + "rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls0"
    + "87fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql"
  /// Of a node whose preimage is known.
  private static let known =
    "lnbcrt100n1p4sxmncpp5lgmrsv0p63wv3eqduy254rgkcjvqgxzhnhw9yuwvjcq32vvxmy7ssp5yg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3z"
    + "yg3zyg3zyg3zyg3qdq0fs6rqv3qw3jhxaqxqrrss9qypqqqtqw9qsr3d0vftk2w639qqlz3we86sul0n82f5vxyewuafgkxxh2pm957w47vtlz3m"
    + "fy950j4lfp3zwxfuf407gg37a6nfru3tkemnqsp04u25v"

  @Test func invoicesOfNodesAreRead() throws {
    let donation = try LightningInvoice(Self.donation)
    #expect(donation.millisatoshis == nil && donation.expiry == 1_496_314_658 + 3_600)
    #expect(donation.paymentHash.hex == "0001020304050607080900010203040506070809000102030405060708090102")
    let invoice = try LightningInvoice(Self.known)
    #expect(invoice.millisatoshis == 10_000 && invoice.expiry > 1_700_000_000 && invoice.expiry < 1_900_000_000)
    #expect(invoice.paymentHash.hex == "fa363831e1d45cc8e40de1154a8d16c4980418579ddc5271cc9601153186d93d")
    let preimage = try #require(Bytes32(hex: "f0a45da0d6bb81d140e243eda723f90c617264ccd2bb9263f28079ab18cd3587"))
    #expect(invoice.isPaid(by: preimage) && !donation.isPaid(by: preimage) && !invoice.isPaid(by: invoice.paymentHash))
    // The fake backend's, which proves nothing.
    let melt = try MeltQuote(FormatVectors.exchange("melt").answer)
    let zeros = try #require(melt.preimage)
    #expect(try !LightningInvoice(#require(melt.invoice)).isPaid(by: zeros))
  }

  /// No letter can be another one, and none can be missing.
  @Test func mistakesAreFound() {
    let letters = Array(Self.known)
    for index in letters.indices {
      var other = letters
      other[index] = letters[index] == "q" ? "p" : "q"
      #expect(throws: FormatError.self, "letter \(index)") { try LightningInvoice(String(other)) }
      other.remove(at: index)
      #expect(throws: FormatError.self, "letter \(index)") { try LightningInvoice(String(other)) }
    }
  }

  @Test(
    arguments: [
      ("lnbc2500u", 250_000_000), ("lnbc20m", 2_000_000_000), ("lnbc1", 100_000_000_000), ("lnbc25m", 2_500_000_000),
      ("lnbc9678785340p", 967_878_534), ("lnbc10n", 1_000), ("lnbc1n", 100), ("lnbc10p", 1), ("lntb20m", 2_000_000_000),
      ("lnbcrt50u", 5_000_000), ("lntbs1u", 100_000), ("lnbc184467440", 18_446_744_000_000_000_000),
    ] as [(String, UInt64)])
  func amountsAreRead(head: String, millisatoshis: UInt64) throws {
    let text = ScriptedInvoice.text(head)
    for copied in [text, text.uppercased(), "lightning:" + text, "LIGHTNING:" + text.uppercased()] {
      let invoice = try LightningInvoice(copied)
      #expect(invoice.text == text && invoice.millisatoshis == millisatoshis, "\(copied)")
    }
  }

  @Test func payersMayChoose() throws {
    let invoice = try LightningInvoice(Self.donation)
    #expect(invoice.millisatoshis == nil && invoice.agrees(amount: 5, unit: "sat") == nil)
  }

  @Test(arguments: [
    "lnbc0u", "lnbc05u", "lnbc5x", "lnbc5uu", "lnbc-5u", "lnbc1p", "lnbc25p", "lnbc184467441",
    "lnbc99999999999999999999u", "bc5u", "ln5u", "ln", " lnbc5u", "lnbc5 u", "lnbc5\u{fc}",
    "lightning:lightning:lnbc5u",
  ])
  func otherTextsAreNone(head: String) {
    #expect(throws: FormatError.self) { try LightningInvoice(ScriptedInvoice.text(head)) }
  }

  @Test(arguments: [
    "", "ln", "ln1", "lnbc", "lnbc1", "lnbc1qqqqq", "lnbc5u1qqqqq", "lightning:", "lnbc5u" + donation.dropFirst(5),
    "lNBC" + known.dropFirst(4), known + "=", "lightning://" + known, "bitcoin:" + known,
  ])
  func partsAreNone(text: String) {
    #expect(throws: FormatError.self) { try LightningInvoice(text) }
  }

  /// What stands behind the amount: an instant, fields, a signature.
  @Test func fieldsAreRead() throws {
    let (instant, signature) = ([UInt8](repeating: 0, count: 6) + [9], [UInt8](repeating: 0, count: 104))
    let hash: [UInt8] = [1, 1, 20] + [UInt8](repeating: 3, count: 52)
    func invoice(_ fields: [UInt8]) throws -> LightningInvoice {
      try LightningInvoice(ScriptedInvoice.text("lnbc5u", instant + fields + signature))
    }
    #expect(try invoice(hash).expiry == 3_609)
    #expect(try invoice(hash + [6, 0, 2, 1, 0]).expiry == 41 && invoice([6, 0, 0] + hash).expiry == 9)
    #expect(try invoice([6, 0, 20] + [UInt8](repeating: 31, count: 20) + hash).expiry == .max)
    // Another length is another field; so is what nobody knows.
    #expect(try invoice([1, 0, 1, 7] + hash + [31, 0, 2, 1, 1]).paymentHash == invoice(hash).paymentHash)
    for none in [
      [], [1, 1, 19] + [UInt8](repeating: 3, count: 51), hash + hash, hash + [6], hash + [6, 0], hash + [6, 0, 1],
      hash + [6, 31, 31], hash.dropLast(),
    ] {
      #expect(throws: FormatError.self) { try invoice(none) }
    }
    for count in [0, 1, 6, 7, 103, 104, 110] {
      let short = ScriptedInvoice.text("lnbc5u", [UInt8](repeating: 1, count: count))
      #expect(throws: FormatError.self) { try LightningInvoice(short) }
    }
  }

  @Test func longOnesAreNone() {
    let (max, whole) = (CashuLimits.invoiceByteCountMax, ScriptedInvoice.text("lnbc5u").utf8.count)
    for (count, isOne) in [(max, true), (max + 1, false), (2 * max, false)] {
      // One more field, of the length that is missing.
      var words: [UInt8] = [0, 0, 0, 0, 0, 0, 9, 1, 1, 20] + [UInt8](repeating: 3, count: 52)
      var rest = count - "lnbc5u1".utf8.count - words.count - 110
      while rest > 0 {
        let part = rest > 1_000 ? 500 : rest - 3
        words += [30, UInt8(part >> 5), UInt8(part & 31)] + [UInt8](repeating: 5, count: part)
        rest -= part + 3
      }
      let text = ScriptedInvoice.text("lnbc5u", words + [UInt8](repeating: 0, count: 104))
      #expect(text.utf8.count == count && whole < max)
      #expect(((try? LightningInvoice(text)) != nil) == isOne)
    }
    #expect(throws: FormatError.tooLarge) { try LightningInvoice(String(repeating: "q", count: 1 << 20)) }
  }

  @Test func amountsAreCompared() throws {
    let even = try LightningInvoice(ScriptedInvoice.text("lnbc20n"))
    #expect(even.agrees(amount: 2, unit: "sat") == true && even.agrees(amount: 2_000, unit: "msat") == true)
    for (amount, unit) in [(1, "sat"), (3, "sat"), (0, "sat"), (.max, "sat"), (2_001, "msat"), (2, "msat")]
      as [(UInt64, String)]
    {
      #expect(even.agrees(amount: amount, unit: unit) == false)
    }
    // Mints round as they like.
    let odd = try LightningInvoice(ScriptedInvoice.text("lnbc25n"))
    #expect(odd.agrees(amount: 2, unit: "sat") == true && odd.agrees(amount: 3, unit: "sat") == true)
    #expect(odd.agrees(amount: 1, unit: "sat") == false && odd.agrees(amount: 4, unit: "sat") == false)
    #expect(odd.agrees(amount: 2, unit: "usd") == nil)
  }

  /// Whatever the bytes are: read or refused.
  @Test func noBytesTrap() {
    var state: UInt64 = 1
    let letters = Array("lnbcLNBC0123456789munpqx:1 \u{e9}".unicodeScalars)
    for _ in 0..<20_000 {
      var text = "lnbc"
      for _ in 0..<(state >> 60) + 4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.unicodeScalars.append(letters[Int((state >> 33) % UInt64(letters.count))])
      }
      _ = try? LightningInvoice(text)
      guard let invoice = try? LightningInvoice(ScriptedInvoice.text(text)) else { continue }
      #expect(invoice.millisatoshis != 0 && (try? LightningInvoice(invoice.text)) == invoice)
    }
  }
}
