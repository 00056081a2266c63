import Cashu
import ScriptedMint
import Testing

/// The scripted mint is told what a real mint was told, with the same keys: it has to answer the same, signatures and words included.
@Suite(.enabled(if: Recording.has("exchanges.json"))) struct ReplayTests {
  @Test func `answers are those of the real mint`() throws {
    var replay = try Replay()
    for exchange in try Recording.exchanges() { try replay.run(exchange) }
    #expect(replay.comparedCount > 110, "compared \(replay.comparedCount)")
  }
}

/// One run through the recording. What was done in between and not recorded is made up for where it matters.
private struct Replay {
  /// Times, and what names and texts the mint makes by chance.
  private static let ownNames: Set = ["quote", "request", "expiry", "updated_at"]
  /// Not to be compared: answers about coins that were spent off the record, requests that were too long to be kept, and what was said by a proxy.
  private static let left: Set = [
    "checkstate_spent", "checkstate_mixed", "swap_of_1001_inputs", "checkstate_of_1001", "too_many_requests",
  ]
  /// Its own words are about the programs that it is made of.
  private static let othersWords: Set = ["swap_into_2_to_63", "mint_quote_of_2_to_63", "mint_quote_of_2_to_64", "info"]

  private var mint: ScriptedMint
  private var quotes: [String: String] = [:]
  private var lastIssued = ""
  private var lastOwn = ""
  private(set) var comparedCount = 0

  init() throws { mint = try Self.newMint() }

  private static func newMint(units: [String] = ["sat"], feePPK: UInt64 = 0) throws -> ScriptedMint {
    let seed = String(repeating: "ab", count: 32)
    let terms = ScriptedMint.Terms(keyCount: 64, inputFeePPK: feePPK)
    return try #require(
      ScriptedMint(seed: seed, units: units, terms: terms, now: 1_795_981_447, curve: Fixture.curve))
  }

  mutating func run(_ exchange: Recording.Exchange) throws {
    try prepare(exchange)
    guard !Self.left.contains(exchange.name) else { return }
    var (path, request) = (exchange.path, exchange.request)
    if path.contains("/quote/bolt11/"), let last = path.split(separator: "/").last.map(String.init) {
      path = String(path.dropLast(last.count)) + (try known(last, exchange))
    }
    if let quote = request?["quote"]?.string { request?["quote"] = .text(try known(quote, exchange)) }
    if exchange.name.hasPrefix("melt_quote_of_own_") {
      mint.paysInvoices = exchange.name.hasSuffix("paid_invoice")
      let own = try MintQuote(mint.handle(.mintQuote(amount: 64, unit: "sat")).body)
      request?["request"] = .text(own.invoice)
      lastOwn = own.id.text
      mint.paysInvoices = true
    }
    let body = request?.string.map { Array($0.utf8) } ?? request?.bytes ?? []
    let (status, answer) = mint.handle(method: exchange.method, path: path, body: body)
    let json = try #require(JSONValue(answer))
    if let recorded = exchange.response["quote"]?.string, let own = json["quote"]?.string { quotes[recorded] = own }
    if exchange.name == "mint", let quote = request?["quote"]?.string { lastIssued = quote }
    comparedCount += 1
    #expect(status == exchange.status, "\(exchange.name): \(String(decoding: answer, as: UTF8.self))")
    if Self.othersWords.contains(exchange.name) || status == 422 {
      #expect(json["code"] == exchange.response["code"], "\(exchange.name)")
    } else {
      let (own, real) = (
        json.comparable(without: Self.ownNames), exchange.response.comparable(without: Self.ownNames)
      )
      #expect(own == real, "\(exchange.name)")
    }
  }

  /// What happened to the mint before that.
  private mutating func prepare(_ exchange: Recording.Exchange) throws {
    var isDone = true
    switch exchange.name {
    case "mint_quote_unpaid": mint.paysInvoices = false
    case "info": mint.paysInvoices = true
    case "melt_pending": mint.meltOutcome = .pending
    case "melt_quote_pending_then_paid":
      let pending = try #require(mint.pendingMelts.first)
      isDone = mint.settleMelt(pending, isPaid: true)
      mint.meltOutcome = .paid
    case "melt_failed": mint.meltOutcome = .failed
    case "checkstate_after_failed": mint.meltOutcome = .paid
    case "swap_into_inactive_keyset": isDone = mint.rotateKeyset(terms: .init(keyCount: 64, finalExpiry: 0))
    case "swap_of_keyset_without_fee":
      isDone = mint.rotateKeyset(terms: .init(keyCount: 64, inputFeePPK: 600, finalExpiry: 0))
    case "keysets_expired": isDone = mint.rotateKeyset(terms: .init(keyCount: 64, finalExpiry: 1_700_000_000))
    case "keysets_with_fee": mint = try Self.newMint(feePPK: 100)
    case "keysets_of_two_units": mint = try Self.newMint(units: ["sat", "usd"])
    case "keysets_two_active":
      mint = try Self.newMint()
      isDone = mint.rotateKeyset(keepsOld: true)
    default: break
    }
    #expect(isDone, "\(exchange.name)")
  }

  /// The quote that stands here for a recorded one; made now, if it was made off the record.
  private mutating func known(_ quote: String, _ exchange: Recording.Exchange) throws -> String {
    if exchange.name == "mint_quote_used_twice" { return lastIssued }
    if exchange.name == "mint_quote_of_own_invoice" { return lastOwn }
    let isNobodys = quote.hasPrefix("01900000") && exchange.name != "mint_of_less"
    if isNobodys { return quote }
    if let known = quotes[quote] { return known }
    let amount = exchange.response["amount"]?.wholeNumber.map { UInt64($0) }
    let own: String
    if exchange.path.contains("melt") {
      let invoice = exchange.response["request"]?.string ?? "lnbc100n1qqqqqqqq"
      own = try MeltQuote(mint.handle(.meltQuote(invoice: invoice, unit: "sat")).body).id.text
    } else {
      let asked = exchange.request?["outputs"]?.elements?.compactMap { $0["amount"]?.wholeNumber }.reduce(0, +)
      let paid = exchange.name == "mint_of_less" ? 22 : amount ?? UInt64(asked ?? 1)
      own = try MintQuote(mint.handle(.mintQuote(amount: paid, unit: "sat")).body).id.text
    }
    quotes[quote] = own
    return own
  }
}
