import BrokerCore
import Testing
import WireProtocol

extension Bench {
  /// What pays for a command in ecash.
  struct Ecash {
    var head: EcashPayment
    var proofs: [VerifiedProof]
    var sealed: [UInt8]
  }

  static let refundHash = Bytes16(low: 0xEC, high: 0xA5)

  /// Sets mint 1, of sats at 1,000 to 1, and its keyset 1, with 16 keys and this fee.
  func setMint(
    _ number: UInt32 = 1, rate: (UInt64, UInt64) = (1_000, 1), minimum: UInt64 = 1, exposure: UInt64 = 1_000,
    ceiling: UInt64 = 0, fee: UInt32 = 0, isEnabled: Bool = true, at host: UInt32? = nil
  ) throws {
    let (unit, url) = (try #require(Name32("sat")), try #require(Text96("http://mint\(host ?? number).example")))
    let mint = apply(
      SetMintCommand(
        mint: number, flags: isEnabled ? .enabled : [], numerator: rate.0, denominator: rate.1, minimum: minimum,
        exposure: exposure, ceiling: ceiling, unit: unit, url: url))
    try #require(mint.status == .ok)
    try #require(setKeyset(number, mint: number, fee: fee).status == .ok)
  }

  @discardableResult
  func setKeyset(
    _ number: UInt32, mint: UInt32 = 1, fee: UInt32 = 0, isActive: Bool = true, keys: Int = 16, id: UInt64? = nil,
    expiry: UInt64 = 0, key: UInt32? = nil
  ) -> Applied {
    apply(
      SetKeysetCommand(
        mint: mint, keyset: number, id0: Bytes16(low: id ?? UInt64(number), high: 0), id1: Bytes16(), idLast: 0,
        idByteCount: 8, feePerThousand: fee, finalExpiry: expiry, flags: isActive ? .active : [], count: 0),
      keys: (0..<keys).map {
        KeysetKey(
          x0: Bytes16(low: UInt64($0) + 100, high: UInt64(key ?? number)), x1: Bytes16(), isOdd: 0, exponent: UInt8($0))
      })
  }

  /// Ecash of these amounts, powers of two each; its Ys follow from `name`.
  func ecash(
    _ amounts: [UInt64], named name: UInt64, mint: UInt32 = 1, keyset: UInt32 = 1, flags: EcashFlags = [],
    locktime: UInt32 = 0
  ) -> Ecash {
    Ecash(
      head: EcashPayment(
        mint: mint, proofCount: 0, flags: flags, refundHash: Self.refundHash, sealedByteCount: 0,
        locktime: locktime),
      proofs: amounts.enumerated().map { index, amount in
        VerifiedProof(
          y0: Bytes16(low: name, high: UInt64(index)), y1: Bytes16(), keyset: keyset,
          exponent: UInt8(amount.trailingZeroBitCount))
      }, sealed: Array(repeating: UInt8(truncatingIfNeeded: name), count: 100 * amounts.count + 3))
  }

  @discardableResult
  func beginSwap(mint: UInt32 = 1, keyset: UInt32 = 1) -> Applied {
    apply(BeginSwapCommand(mint: mint, keyset: keyset))
  }

  /// The mint signs all outputs of the swap under way.
  @discardableResult
  func sign(mint: UInt32 = 1, less: Int = 0) -> Applied {
    let count = (machine.swap(at: mint)?.outputs.count ?? 0) - less
    return apply(
      EndSwapCommand(mint: mint, outcome: .signed, count: 0),
      swapped: (0..<max(count, 0)).map {
        SwapRecord(x0: Bytes16(low: UInt64($0) + 1, high: 5), x1: Bytes16(), payment: 0, status: .ok, isOdd: 1)
      })
  }

  /// The mint refuses the swap under way: these payments are to blame.
  @discardableResult
  func refuse(_ blamed: [(UInt64, Status)] = [], mint: UInt32 = 1) -> Applied {
    apply(
      EndSwapCommand(mint: mint, outcome: .refused, count: 0),
      swapped: blamed.map {
        SwapRecord(x0: Bytes16(), x1: Bytes16(), payment: $0.0, status: $0.1, isOdd: 0)
      })
  }

  /// Acquires a lease with ecash, and gives the payment's id.
  func acquirePending(_ resource: UInt64, _ ecash: Ecash, minimum: UInt64 = 0) throws -> UInt64 {
    let applied = tryAcquire(resource, ecash, minimum: minimum)
    try #require(applied.status == .paymentPending && applied.money == .notKnown)
    return applied.outcome.detail
  }

  @discardableResult
  func tryAcquire(_ resource: UInt64, _ ecash: Ecash, minimum: UInt64 = 0) -> Applied {
    apply(
      AcquireCommand(
        provider: 0, resource: resource, units: 1, flags: [], keyHash: Self.keyHash, minimum: minimum), ecash: ecash)
  }

  // MARK: Payouts

  /// Blank outputs of a payer; their points follow from `name`.
  static func blanks(_ count: Int, named name: UInt64 = 1) -> [BlankOutput] {
    (0..<count).map { BlankOutput(x0: Bytes16(low: name, high: UInt64($0)), x1: Bytes16(low: 3, high: name), isOdd: 1) }
  }

  /// Gets coins of its own for the broker, of this keyset or of the one with the mint's number: what pays for a lease is
  /// swapped at once.
  func fillTreasury(
    _ resource: UInt64, _ amounts: [UInt64], named name: UInt64, mint: UInt32 = 1, keyset: UInt32? = nil
  ) throws {
    _ = try acquirePending(resource, ecash(amounts, named: name, mint: mint, keyset: mint))
    try #require(beginSwap(mint: mint, keyset: keyset ?? mint).status == .ok && sign(mint: mint).status == .ok)
  }

  /// A broker that has these coins of mint 1, each of a swap of its own, at 1,000 to 1.
  static func payingOut(
    _ coins: [UInt64], fee: UInt32 = 0, minimum: UInt64 = 1, genesis: GenesisCommand = Bench.genesis()
  ) throws -> Bench {
    let bench = try Bench(genesis)
    bench.isChecking = false
    try bench.setMint(minimum: 1)
    let resource = try bench.register()
    for (name, coin) in coins.enumerated() { try bench.fillTreasury(resource, [coin], named: UInt64(name) + 1) }
    try bench.setMint(minimum: minimum)
    if fee > 0 {
      // Of another keyset, since a fee is pinned.
      #expect(bench.setKeyset(1, isActive: false).status == .ok && bench.setKeyset(2, fee: fee).status == .ok)
    }
    bench.isChecking = true
    bench.effects = []
    return bench
  }

  /// PAYOUT with one new note.
  func payout(_ amount: UInt64, _ blanks: [BlankOutput] = blanks(8), mint: UInt32 = 1) throws -> Applied {
    payout([try note(amount)], blanks, mint: mint)
  }

  func payout(
    _ notes: [VerifiedNote], _ blanks: [BlankOutput] = blanks(8), mint: UInt32 = 1, receipt: ReceiptKey? = nil
  ) -> Applied {
    apply(
      PayoutCommand(mint: mint, count: 0, refundHash: Self.refundHash), receipt: receipt, notes: notes, blanks: blanks)
  }

  @discardableResult
  func beginPayout(mint: UInt32 = 1, keyset: UInt32 = 1) -> Applied {
    apply(BeginPayoutCommand(mint: mint, keyset: keyset))
  }

  /// The mint signs all outputs of the swap of coins under way.
  @discardableResult
  func signCoins(mint: UInt32 = 1, less: Int = 0) -> Applied {
    let swap = machine.coinSwap(at: mint)
    let count = (swap?.blanks.count ?? 0) + (swap?.outputs.count ?? 0) - less
    return apply(
      EndPayoutCommand(mint: mint, outcome: .signed, count: 0),
      paidOut: (0..<max(count, 0)).map {
        PayoutRecord(x0: Bytes16(low: UInt64($0) + 1, high: 6), x1: Bytes16(), keyset: 0, counter: 0, isOdd: 1)
      })
  }

  /// The mint refuses the swap of coins under way: somebody else spent these.
  @discardableResult
  func refuseCoins(_ spent: [OwnProof] = [], mint: UInt32 = 1) -> Applied {
    apply(
      EndPayoutCommand(mint: mint, outcome: .refused, count: 0),
      paidOut: spent.map {
        PayoutRecord(x0: Bytes16(), x1: Bytes16(), keyset: $0.keyset, counter: $0.counter, isOdd: 0)
      })
  }

  @discardableResult
  func putBackCoins(mint: UInt32 = 1, _ records: [PayoutRecord] = []) -> Applied {
    apply(EndPayoutCommand(mint: mint, outcome: .putBack, count: 0), paidOut: records)
  }

  func coinSwap(at mint: UInt32 = 1) -> CoinSwap? { machine.coinSwap(at: mint) }

  func refund(_ payment: UInt64) -> Applied {
    apply(RefundCommand(payment: payment, keyHash: Self.refundHash))
  }

  /// Whether a snapshot of now, read back, is the same state.
  var isKeptBySnapshot: Bool {
    var snapshot = MemorySnapshot(machine)
    guard let copy = StateMachine.read(snapshot: &snapshot), copy.checkInvariants() == nil else { return false }
    return copy.digest() == machine.digest() && copy.coinSwap(at: 1) == machine.coinSwap(at: 1)
      && copy.lossIncarnations == machine.lossIncarnations && copy.isRestoring == machine.isRestoring
      && MemorySnapshot(copy).bytes == snapshot.bytes
  }

  /// Payouts that became notes, as their makers were told.
  var refundable: [UInt64] {
    effects.compactMap { effect in
      guard case .paymentSettled(let push, _) = effect, push.opcode == 0x39 else { return nil }
      return push.outcome == .refundable ? push.payment : nil
    }
  }

  // MARK: Reads

  func swap(at mint: UInt32 = 1) -> EcashSwap? { machine.swap(at: mint) }
  func payment(_ id: UInt64) -> EcashPaymentState? { machine.ecashPayment(id) }
  func totals(of mint: UInt32 = 1) -> MintTotals? { machine.totals(ofMint: mint) }
  func ownProofs(at mint: UInt32 = 1) -> [OwnProof] { machine.ownProofs(at: mint) }

  func balance(_ account: Account) -> Int64 {
    var figures = [UInt8](repeating: 0, count: 256 * Figure.byteCount)
    var mutable = figures.mutableSpan
    var span = unsafe mutable.mutableBytes
    let count = Int(machine.auditFigures(into: &span, at: 0).count)
    var sum: Int64 = 0
    for index in 0..<count {
      let figure = unsafe Figure(figures.span.bytes, at: index * Figure.byteCount)
      if let figure, figure.account == account { sum += figure.balance }
    }
    return sum
  }
}
