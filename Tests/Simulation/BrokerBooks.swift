import BrokerCore
import Cashu
import Journal
import Payments
import Replay
import SimulatedDisk
import WireProtocol

/// What a broker's state says that it has at its mints, read from a copy of its disk.
struct BrokerBooks {
  /// At one mint.
  struct Part {
    let totals: MintTotals
    /// Its own coins, as whoever has its words makes them.
    let coins: [Proof]
    /// A swap of coins is under way.
    let isSpendingCoins: Bool
    /// Keysets of which it does not know what was signed.
    let unknownCount: Int
  }

  /// By the numbers of the simulation's mints.
  private(set) var parts: [Int: Part] = [:]
  let secrets: DeterministicSecrets

  /// Nil: they are not to be had.
  init?(of files: SimulatedFiles, _ setup: BrokerSetup, wall: UInt64, _ mints: [SimulatedMint]) {
    var options = RecoveryOptions(now: wall)
    options.segmentByteCount = setup.segmentByteCount
    options.acceptsClock = true
    let copy = SimulatedFiles(files.contents)
    guard let curve = mints.first?.curve,
      var resumption = try? Resumption(copy, options, genesis: setup.genesis(now: wall), { _ in }),
      let machine = resumption.takeMachine(),
      let seed = setup.ecashKeys(genesis: machine.genesis.now)?.words.seed(),
      let secrets = DeterministicSecrets(seed: seed, curve: curve)
    else { return nil }
    self.secrets = secrets
    for mint in mints {
      guard
        let number = (1...UInt32(WireLimits.mintCountMax)).first(where: {
          let known = machine.mintTerms($0)
          return known?.url.string == mint.url && known?.unit.string == mint.terms.unit
        }), let totals = machine.totals(ofMint: number)
      else { return nil }
      let coins = machine.ownProofs(at: number).compactMap { own in
        machine.keyset(own.keyset).flatMap { KeysetID($0.terms) }.flatMap { secrets.coin(own, of: $0) }
      }
      guard coins.count == machine.ownProofs(at: number).count else { return nil }
      parts[mint.number] = Part(
        totals: totals, coins: coins, isSpendingCoins: machine.coinSwap(at: number) != nil,
        unknownCount: machine.unknownCounters(at: number).count)
    }
  }
}

extension DeterministicSecrets {
  /// A coin of the broker's own, as a wallet restores it.
  fileprivate func coin(_ own: OwnProof, of keyset: KeysetID) -> Proof? {
    guard let (secret, _) = secret(keyset: keyset, counter: UInt64(own.counter)),
      let point = CompressedPoint(x0: own.x0, x1: own.x1, isOdd: own.isOdd)
    else { return nil }
    return Proof(amount: 1 << UInt64(own.exponent), keyset: keyset, secret: secret, signature: point)
  }
}

extension KeysetID {
  /// As the state has it.
  fileprivate init?(_ terms: SetKeysetCommand) {
    self.init(terms.id0, terms.id1, last: terms.idLast, byteCount: terms.idByteCount)
  }
}
