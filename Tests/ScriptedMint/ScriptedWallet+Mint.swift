public import Cashu

/// What a wallet does with a mint in memory, which answers at once and as it should.
extension ScriptedWallet {
  /// Has an amount for an invoice that the mint pays itself.
  public mutating func mint(_ amount: UInt64, at mint: inout ScriptedMint) throws(WalletFailure) {
    let blinded = try split(amount, of: mint)
    let quote = try Self.read { () throws(FormatError) in
      try MintQuote(mint.handle(.mintQuote(amount: amount, unit: unit)).body)
    }
    keep(try signed(blinded, by: .mint(quote.id, outputs: blinded.outputs), at: &mint))
  }

  /// Coins of an amount for nothing, which it does not keep.
  public mutating func gift(
    _ amount: UInt64, lock: CompressedPoint? = nil, locktime: UInt64? = nil, from mint: inout ScriptedMint
  ) throws(WalletFailure) -> [Proof] {
    let blinded = try split(amount, of: mint, lock: lock, locktime: locktime)
    guard let signatures = mint.give(blinded.outputs), let coins = blinded.coins(signatures, curve: curve) else {
      throw .signatures
    }
    return coins
  }

  /// A token of an amount, which it has and spends: in coins of its own, plain or locked. What spending costs it pays besides, and keeps the rest. What it
  /// tries to spend is gone when it fails.
  ///
  /// - Parameters:
  ///   - lock: The key that its coins are locked to.
  ///   - locktime: Until when, in seconds since 1970.
  public mutating func token(
    _ amount: UInt64, lock: CompressedPoint? = nil, locktime: UInt64? = nil, memo: String? = nil,
    at mint: inout ScriptedMint
  ) throws(WalletFailure) -> Token {
    guard let feePPK = mint.activeKeyset(unit)?.inputFeePPK, let (inputs, rest) = take(amount, feePPK: feePPK) else {
      throw .amount
    }
    let (sent, kept) = (
      try split(amount, of: mint, lock: lock, locktime: locktime), try split(rest, of: mint)
    )
    let request = MintRequest.swap(inputs: inputs, outputs: sent.outputs + kept.outputs)
    let signatures = try Self.signatures(of: sent.outputs + kept.outputs, by: request, at: &mint)
    guard let coins = sent.coins(Array(signatures.prefix(sent.outputs.count)), curve: curve),
      let change = kept.coins(Array(signatures.dropFirst(sent.outputs.count)), curve: curve)
    else { throw .signatures }
    keep(change)
    return try token(of: coins, memo: memo)
  }

  /// A token of coins.
  public func token(of coins: [Proof], memo: String? = nil) throws(WalletFailure) -> Token {
    try Self.read { () throws(FormatError) in try Token(mint: url, unit: unit, memo: memo, proofs: coins) }
  }

  /// Takes a token: swaps its coins for new ones.
  ///
  /// - Parameter key: Whose locked coins it can spend.
  /// - Returns: What it got, the fee taken off.
  @discardableResult
  public mutating func receive(
    _ text: String, key: LockKey? = nil, at mint: inout ScriptedMint
  ) throws(WalletFailure) -> UInt64 {
    let token = try Self.read { () throws(FormatError) in try Token(text: text) }
    let keysets = mint.allKeysets
    var (inputs, fees): ([Proof], [(ppk: UInt64, count: Int)]) = ([], [])
    for coin in token.proofs {
      guard case .one(let id) = KeysetMatch(coin.keyset, among: keysets.map(\.id)),
        let keyset = keysets.first(where: { $0.id == id })
      else { throw .keyset }
      var coin = coin
      coin.keyset = id
      inputs.append(coin)
      fees.append((keyset.inputFeePPK, 1))
    }
    if let key { inputs = sign(inputs, with: key) }
    guard let fee = Keyset.fee(inputs: fees), fee < token.amount else { throw .amount }
    let blinded = try split(token.amount - fee, of: mint)
    let coins = try signed(blinded, by: .swap(inputs: inputs, outputs: blinded.outputs), at: &mint)
    keep(coins)
    return token.amount - fee
  }

  // MARK: Steps

  private mutating func split(
    _ amount: UInt64, of mint: ScriptedMint, lock: CompressedPoint? = nil, locktime: UInt64? = nil
  ) throws(WalletFailure) -> BlindedCoins {
    guard let keyset = mint.activeKeyset(unit) else { throw .keyset }
    guard let amounts = keyset.split(amount),
      let blinded = blind(amounts, keyset: keyset, lock: lock, locktime: locktime)
    else { throw .amount }
    return blinded
  }

  private func signed(
    _ blinded: BlindedCoins, by request: MintRequest, at mint: inout ScriptedMint
  ) throws(WalletFailure) -> [Proof] {
    let signatures = try Self.signatures(of: blinded.outputs, by: request, at: &mint)
    guard let coins = blinded.coins(signatures, curve: curve) else { throw .signatures }
    return coins
  }

  private static func signatures(
    of outputs: [BlindedMessage], by request: MintRequest, at mint: inout ScriptedMint
  ) throws(WalletFailure) -> [BlindSignature] {
    let (status, body) = mint.handle(request)
    guard status == 200 else { throw .refused(MintRefusal(status: status, body: body)) }
    return try read { () throws(FormatError) in try BlindSignature.all(in: body, for: outputs) }
  }

  private static func read<Value>(_ body: () throws(FormatError) -> Value) throws(WalletFailure) -> Value {
    do throws(FormatError) {
      return try body()
    } catch {
      throw .format(error)
    }
  }
}
