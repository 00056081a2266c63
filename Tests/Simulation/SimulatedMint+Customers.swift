import Cashu
import ScriptedMint

/// What people have at a mint, and whoever has the broker's words: coins for nothing, coins that they spend, coins that are paid out to them.
extension SimulatedMint {
  /// Coins for nothing.
  func gift(_ amount: UInt64, lock: CompressedPoint? = nil, locktime: UInt64? = nil) -> [Proof]? {
    let proofs = try? wallet.gift(amount, lock: lock, locktime: locktime, from: &mint)
    given += proofs ?? []
    return proofs
  }

  /// Of them, what nobody has spent.
  var unspentAmount: UInt64? {
    var (rest, sum) = (given[...], UInt64(0))
    while !rest.isEmpty {
      let some = rest.prefix(500)
      rest = rest.dropFirst(some.count)
      guard let states = states(of: some.compactMap(point)), states.count == some.count else { return nil }
      for (proof, state) in zip(some, states) where state != .spent { sum += proof.amount }
    }
    return sum
  }

  /// A customer spends coins; false: the mint does not let him.
  func spend(_ proofs: [Proof]) -> Bool {
    guard let text = try? wallet.token(of: proofs).text() else { return false }
    let before = wallet.balance
    guard (try? wallet.receive(text, at: &mint)) != nil else { return false }
    customersAmount += wallet.balance - before
    spentByCustomers.formUnion(proofs.compactMap(point))
    return true
  }

  /// Whether the mint takes all of these. They are as they were afterwards.
  func canSpend(_ coins: [Proof]) -> Bool {
    let before = (mint, wallet, given, spentByCustomers, customersAmount)
    defer { (mint, wallet, given, spentByCustomers, customersAmount) = before }
    var rest = coins[...]
    while !rest.isEmpty {
      // With something for the fee, which coins of 1 may not be worth.
      let some = Array(rest.prefix(200))
      rest = rest.dropFirst(some.count)
      guard let more = gift(2 * fee(some.count + 16) + 1), spend(some + more) else { return false }
    }
    return true
  }

  /// The Y of a coin.
  func point(of proof: Proof) -> CompressedPoint? { curve.hashToCurve(proof.secret).flatMap(curve.compressed) }

  /// Whether each of them is spent, as anybody can ask.
  func states(of points: [CompressedPoint]) -> [ProofState]? {
    let (status, body) = mint.handle(.checkState(points))
    return status == 200 ? try? ProofState.all(in: body, for: points) : nil
  }

  /// What is left to be spent of all that it signed.
  var outstanding: Int128 { mint.totals.money[terms.unit]?.outstanding ?? 0 }

  // MARK: What is paid out to customers

  /// Blank outputs of a customer's own.
  func blanks(_ count: Int) -> BlindedCoins? {
    mint.activeKeyset(terms.unit).flatMap { wallet.blind(Array(repeating: 1, count: count), keyset: $0) }
  }

  /// Signs outputs for their owner, as in a swap of his own; false: it signed some of them before.
  func sign(_ outputs: BlindedCoins) -> Bool {
    guard let signatures = mint.give(outputs.outputs), let coins = outputs.coins(signatures, curve: curve) else {
      return false
    }
    given += coins
    return true
  }

  /// What it signed of these, in their order.
  func signatures(on outputs: BlindedCoins) -> [BlindSignature] {
    outputs.outputs.compactMap { mint.signature(on: $0.point) }
  }

  /// The broker paid coins out: they are customers'.
  func gave(_ coins: [Proof]) { given += coins }

  func areUnspent(_ coins: [Proof]) -> Bool {
    states(of: coins.compactMap(point)).map { $0.count == coins.count && $0.allSatisfy { $0 == .unspent } } ?? false
  }
}
