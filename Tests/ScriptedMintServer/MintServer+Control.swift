import Cashu
import ScriptedMint

/// What tests say to the server, beside what they say to the mint.
///
/// | request | body | answer |
/// |---|---|---|
/// | `POST /control/fault` | `{"name", "count", "path"?, "milliseconds"?}`; no name: all are forgotten | `{"armed": {name: count}}` |
/// | `GET /control/totals` | | what was counted, and `"broken"`: the invariants that do not hold |
/// | `POST /control/token` | `{"amount", "p2pk"?, "locktime"?, "dleq"?, "format"?, "memo"?}` | `{"token", "amount"}` |
/// | `POST /control/rotate` | `{"unit"?, "fee"?, "keys"?}` | `{"keyset"}` |
/// | `POST /control/pay` | `{"quote"}` | `{}` |
/// | `POST /control/settle` | `{"quote"?, "paid"}`; no quote: all | `{"count"}` |
extension MintServer {
  func control(_ request: HTTPConnection.Request) -> (status: Int, body: JSONValue) {
    if request.method == "GET", request.path == "/control/totals" { return (200, totals) }
    guard request.method == "POST" else { return (404, ["detail": "Not Found"]) }
    guard let body = JSONValue(request.body), body.members != nil else { return (422, ["detail": "no JSON object"]) }
    let answer =
      switch request.path {
      case "/control/fault": arm(body)
      case "/control/token": token(body)
      case "/control/rotate": rotate(body)
      case "/control/pay": pay(body)
      case "/control/settle": settle(body)
      default: JSONValue?.none
      }
    return answer.map { (200, $0) } ?? (400, ["detail": "it makes no sense"])
  }

  private func arm(_ body: JSONValue) -> JSONValue? {
    if let name = body["name"]?.string {
      let count = body["count"].map { $0.wholeNumber ?? 0 } ?? 1
      let delay = body["milliseconds"]?.wholeNumber.flatMap { UInt64(exactly: $0) }
      guard let kind = MintFault(rawValue: name), let count = Int(exactly: count),
        armed.arm(
          ArmedFaults.Fault(
            kind: kind, path: body["path"]?.string, count: count,
            delayMilliseconds: min(delay ?? ArmedFaults.delayMilliseconds, ServerLimits.delayMillisecondsMax)))
      else { return nil }
    } else {
      armed.clear()
    }
    return ["armed": .object(of: armed.counts) { .integer($0) }]
  }

  private func token(_ body: JSONValue) -> JSONValue? {
    guard let amount = body["amount"]?.wholeNumber.flatMap({ UInt64(exactly: $0) }), amount > 0 else { return nil }
    var lock: CompressedPoint?
    if let text = body["p2pk"]?.string {
      guard let key = CompressedPoint(hex: text) else { return nil }
      lock = key
    }
    let locktime = body["locktime"]?.wholeNumber.flatMap { UInt64(exactly: $0) }
    let format: Token.Format = body["format"]?.string == "cashuA" ? .cashuA : .cashuB
    do throws(WalletFailure) {
      let coins = try wallet.gift(amount, lock: lock, locktime: locktime, from: &mint)
      let token = try wallet.token(of: coins, memo: body["memo"]?.string)
      guard let text = try? token.text(format, includesDLEQ: body["dleq"]?.flag ?? true) else { return nil }
      return ["token": .text(text), "amount": .integer(token.amount)]
    } catch {
      return nil
    }
  }

  private func rotate(_ body: JSONValue) -> JSONValue? {
    let unit = body["unit"]?.string ?? wallet.unit
    guard let old = mint.activeKeyset(unit) else { return nil }
    let fee = body["fee"]?.wholeNumber.flatMap { UInt64(exactly: $0) } ?? old.inputFeePPK
    let keyCount = body["keys"]?.wholeNumber.flatMap { Int(exactly: $0) } ?? old.keys.count
    guard mint.rotateKeyset(unit, terms: ScriptedMint.Terms(keyCount: keyCount, inputFeePPK: fee)),
      let keyset = mint.activeKeyset(unit)
    else { return nil }
    return ["keyset": .text(keyset.id.hex)]
  }

  private func pay(_ body: JSONValue) -> JSONValue? {
    guard let quote = body["quote"]?.string, mint.payInvoice(of: quote) else { return nil }
    return [:]
  }

  private func settle(_ body: JSONValue) -> JSONValue? {
    guard let isPaid = body["paid"]?.flag else { return nil }
    let quotes = body["quote"]?.string.map { [$0] } ?? mint.pendingMelts
    let count = quotes.count { mint.settleMelt($0, isPaid: isPaid) }
    return body["quote"] != nil && count == 0 ? nil : ["count": .integer(count)]
  }

  private var totals: JSONValue {
    let totals = mint.totals
    let money = JSONValue.object(of: totals.money) { money in
      [
        "issued": .integer(money.issued), "signed": .integer(money.signed), "spent": .integer(money.spent),
        "fees": .integer(money.fees), "melted": .integer(money.melted), "outstanding": .integer(money.outstanding),
      ]
    }
    let statuses = totals.statusCounts.map { (String($0.key), $0.value) }
    return [
      "money": money, "swaps": .integer(totals.swapCount), "double_spends": .integer(totals.doubleSpendCount),
      "requests": .object(of: totals.requestCounts) { .integer($0) },
      "statuses": .object(of: Dictionary(statuses) { $1 }) { .integer($0) },
      "broken": .array(mint.checkInvariants().map { .text($0) }),
    ]
  }
}
