import Cashu

/// What must hold of a mint's books at any time, computed anew from its tables.
extension ScriptedMint {
  /// What does not hold, in words; empty: everything does.
  ///
  /// - No proof was spent twice, and none is both spent and pending; no output both signed and pending.
  /// - What the tables hold adds up to what was counted: signed and spent, for each unit.
  /// - Nothing came from nowhere: what was issued is outstanding, kept as fees, or melted away.
  /// - Quotes were issued only when they were paid; what a pending payment holds is pending, and nothing else is.
  ///
  /// A coin that another mint of the same keys signed is as good as its own: it is noticed when more was spent than signed.
  public func checkInvariants() -> [String] {
    var broken: [String] = []
    for (point, proof) in spent where proof.spendCount != 1 {
      broken.append("\(point.hex) was spent \(proof.spendCount) times")
    }
    for point in pendingInputs where spent[point] != nil { broken.append("\(point.hex) is spent and pending") }
    for point in pendingOutputs where signed[point] != nil { broken.append("\(point.hex) is signed and pending") }
    broken += unbalancedMoney() + wrongQuotes()
    return broken
  }

  private func unbalancedMoney() -> [String] {
    var broken: [String] = []
    var units: [String: String] = [:]
    for keyset in keysets { units[keyset.keyset.id.hex] = keyset.keyset.unit }
    var (signedSums, spentSums): ([String: Int128], [String: Int128]) = ([:], [:])
    for signature in signed.values {
      signedSums[units[signature.keyset.hex] ?? "?", default: 0] += Int128(signature.amount)
    }
    for proof in spent.values { spentSums[proof.unit, default: 0] += proof.amount }
    for unit in Set(units.values).union(signedSums.keys).union(spentSums.keys).sorted() {
      let money = totals.money[unit] ?? MintTotals.Money()
      let (signed, spent) = (signedSums[unit] ?? 0, spentSums[unit] ?? 0)
      if signed != money.signed { broken.append("\(unit): \(signed) were signed, counted \(money.signed)") }
      if spent != money.spent { broken.append("\(unit): \(spent) were spent, counted \(money.spent)") }
      if money.outstanding < 0 { broken.append("\(unit): \(-money.outstanding) more were spent than signed") }
      let whole = money.outstanding + money.fees + money.melted
      if whole != money.issued {
        broken.append("\(unit): issued \(money.issued), of which outstanding, fees and melted make \(whole)")
      }
    }
    return broken
  }

  private func wrongQuotes() -> [String] {
    var broken: [String] = []
    for quote in mintQuotes.values where quote.isIssued && !quote.isPaid {
      broken.append("quote \(quote.id) was issued and not paid")
    }
    let pending = meltQuotes.values.filter { $0.state == .pending }
    let inputs = pending.flatMap { $0.inputs.map(\.point) }
    let outputs = pending.flatMap { $0.outputs.map(\.point) }
    if Set(inputs) != pendingInputs || inputs.count != pendingInputs.count {
      broken.append("pending proofs are not those of pending payments")
    }
    if Set(outputs) != pendingOutputs || outputs.count != pendingOutputs.count {
      broken.append("pending outputs are not those of pending payments")
    }
    return broken
  }
}
