import Cashu
import Payments
import ScriptedMint
import Testing
import TurnpikeCrypto
import WireProtocol

/// What ecash can be locked to, which of it is PROVEN, and that all of it can be spent.
@Suite struct LockKeysTests {
  private static let genesis: UInt64 = 1_700_000_000_000
  /// The same in seconds: 45 periods before `start`.
  private static let since: UInt32 = 1_700_000_000
  private static let seconds = LockEpoch.periodSeconds
  /// The start of a period.
  private static let start = 700 * seconds
  private static let lease: UInt64 = 7

  /// A mint in memory, who pays, and the secrets of a broker.
  private struct Rig {
    let keys: EcashKeys
    let curve: Curve
    var mint: ScriptedMint
    var wallet: ScriptedWallet
    private var outputCount: UInt32 = 0

    init(genesis: UInt64 = LockKeysTests.genesis) throws {
      let seed = try #require(Bytes32([UInt8](repeating: 7, count: Bytes32.byteCount)))
      curve = try #require(Curve(seed: seed))
      keys = try #require(EcashKeys(KeyDerivation(masterKey: try SecretKey.repeating(9)), genesis: genesis))
      mint = try #require(ScriptedMint(seed: "locks", now: UInt64(start), curve: curve))
      wallet = try #require(ScriptedWallet(seed: "locks", curve: curve))
    }

    /// The key of an epoch, by itself.
    func key(_ epoch: LockEpoch, lease: UInt64 = 0) throws -> CompressedPoint {
      let key = try #require(LockKeys(of: keys, losses: [epoch.life], since: 0, period: epoch.period).current)
      return lease == 0 ? key : try #require(curve.leaseKey(key, lease: lease))
    }

    func terms(_ locks: LockKeys) throws -> EcashTerms {
      let keyset = try #require(mint.activeKeyset("sat"))
      var terms = EcashTerms(keys: keys, locks: locks)
      terms.mints = [EcashTerms.Mint(number: 1, origin: try MintOrigin(wallet.url), unit: "sat")]
      terms.mints[0].keysets = [
        .init(
          number: 1, id: keyset.id, isActive: true,
          keys: keyset.amounts.compactMap { keyset.keys[$0] }.compactMap { curve.mintKey($0) })
      ]
      return terms
    }

    /// A token with a coin for each of these keys; nil: one that is not locked.
    mutating func token(_ keys: [CompressedPoint?]) throws -> [UInt8] {
      var coins: [Proof] = []
      for key in keys { coins += try wallet.gift(4, lock: key, from: &mint) }
      let text = try wallet.token(of: coins).text(.cashuB, includesDLEQ: true)
      return [UInt8](repeating: 0, count: EcashToken.byteCount) + Array(text.utf8)
    }

    /// What a token is found to be; nil: it is ECASH_LOCKED.
    func judge(_ token: [UInt8], _ locks: LockKeys, lease: UInt64 = 0) throws -> VerifiedEcash? {
      let verification = EcashVerification(terms: try terms(locks), token: token, lease: lease, now: UInt64(start))
      switch verification.run() {
      case .verified(let ecash): return ecash
      case .refused(let status):
        #expect(status == .ecashLocked)
        return nil
      }
    }

    /// Has the mint swap what was taken.
    mutating func spend(_ ecash: VerifiedEcash, _ locks: LockKeys) throws -> Int {
      let first = outputCount
      outputCount += UInt32(ecash.proofs.count)
      let preparation = SwapPreparation(
        terms: try terms(locks), mint: ecash.mint, inputs: .payments([.init(id: 1, sealed: ecash.sealed)]), keyset: 1,
        outputs: ecash.proofs.indices.map { .init(exponent: 2, counter: first + UInt32($0)) },
        auxiliary: (Bytes16(low: 1, high: 2), Bytes16(low: 3, high: 4)))
      guard case .made(let swap) = preparation.run() else { throw FormatError.missing }
      return mint.handle(.swap(inputs: swap.inputs, outputs: swap.outputs)).status
    }
  }

  /// What becomes of ecash that is locked to a key.
  private enum Found {
    case proven, asked, refused
  }

  /// Of an epoch of no loss, so many periods ago.
  private static func epoch(_ age: Int) -> LockEpoch {
    LockEpoch(life: 0, period: UInt32(Int(start) - age * Int(seconds)))
  }

  /// What becomes of ecash that is locked to an epoch's key, and of such that is locked to the lease's.
  private static func found(_ epoch: LockEpoch, _ rig: inout Rig, _ locks: LockKeys) throws -> [Found] {
    var found: [Found] = []
    for lease in [0, Self.lease] {
      let token = try rig.token([try rig.key(epoch, lease: lease)])
      guard let ecash = try rig.judge(token, locks, lease: Self.lease) else {
        found.append(.refused)
        continue
      }
      #expect(ecash.lockEpoch == epoch && ecash.lease == lease && ecash.flags.contains(.locked))
      // The mint lets nobody spend it without the witness of that very key.
      #expect(try rig.spend(ecash, locks) == 200)
      found.append(ecash.flags.contains(.proven) ? .proven : .asked)
    }
    return found
  }

  /// What is to become of ecash that is locked to the key of a life which can have told it from one period to another, so many ago.
  private static func expected(_ age: Int, _ ages: ClosedRange<Int>, isLost: Bool = false) -> [Found] {
    guard ages.contains(age) else { return [.refused, .refused] }
    let found: Found = age <= 1 && !isLost ? .proven : .asked
    return [found, age <= 24 ? found : .refused]
  }

  /// Computed with another implementation from the documented formulas; master key 09 09 ... 09.
  @Test(
    arguments: [
      (
        LockEpoch(life: 0, period: 0), "0316209ccb1bd9a9e0e269a3ee42d53a6cc22efe17bc293af1927328336ed51a9c",
        "035b16a6d29be118a594b483188a956daa188af29bd5d98207be261ce798ad453c"
      ),
      (
        LockEpoch(life: 0, period: 1_697_760_000), "03ff1c4ae3a4ef6c9a5dbc47ae973b33735b390b19795629e5d9d547fc6c67e959",
        "0260d2a088d247ee4742e2ff3f1f6df2bdc48b1f63a073aba1827d235cc447a92c"
      ),
      (
        LockEpoch(life: 1_700_000_123, period: 1_697_760_000),
        "02e0bf6c0d9ed09b15e653c331daff3aab2b0fed102ff4e35b24e308d6c28e55d6",
        "03933b112ee13c115bae42fe7866c8ebcd959e3fa76429ec69e2193d1e3eb4f170"
      ),
    ])
  func keysAreAsDocumented(_ epoch: LockEpoch, _ key: String, _ leaseKey: String) throws {
    let rig = try Rig()
    #expect(try rig.key(epoch).hex == key)
    #expect(try rig.key(epoch, lease: Self.lease).hex == leaseKey)
    #expect(try Rig(genesis: Self.genesis + 1).key(epoch).hex != key)
  }

  /// Since the broker began, and for leases twenty-four periods back; what is of this one, or the one before, is PROVEN.
  @Test func whatIsLockedOfLateIsProven() throws {
    var rig = try Rig()
    let locks = LockKeys(of: rig.keys, losses: [], since: Self.since, period: Self.start)
    #expect(locks.current == (try rig.key(Self.epoch(0))))
    for age in -1...47 {
      #expect(try Self.found(Self.epoch(age), &rig, locks) == Self.expected(age, 0...45), "\(age)")
    }
  }

  /// What a lost life took may be shown once more: nothing that is locked to its keys is PROVEN, in whichever period that was.
  @Test(arguments: [0, 1, 2, 30])
  func whatIsLockedToALostLifeIsAskedOfTheMint(_ age: Int) throws {
    var rig = try Rig()
    let loss = Self.epoch(age).period + 100
    let locks = LockKeys(of: rig.keys, losses: [loss], since: Self.since, period: Self.start)
    #expect(locks.current == (try rig.key(LockEpoch(life: loss, period: Self.start))))
    for period in -1...47 {
      let lost = try Self.found(Self.epoch(period), &rig, locks)
      #expect(lost == Self.expected(period, age...45, isLost: true), "\(period)")
      let own = try Self.found(LockEpoch(life: loss, period: Self.epoch(period).period), &rig, locks)
      #expect(own == Self.expected(period, 0...age), "\(period)")
    }
    #expect(try Self.found(LockEpoch(life: loss + 1, period: Self.start), &rig, locks) == [.refused, .refused])
  }

  /// One a period: sixteen lives, and the one before them.
  @Test func sixteenLossesAreRecognized() throws {
    var rig = try Rig()
    let losses = (0...16).map { Self.epoch(17 - $0).period + 100 }
    let locks = LockKeys(of: rig.keys, losses: losses, since: Self.since, period: Self.start)
    for (index, loss) in losses.enumerated() {
      let age = 17 - index
      for period in age - 2...age + 1 {
        let what = try Self.found(LockEpoch(life: loss, period: Self.epoch(period).period), &rig, locks)
        // The first of seventeen is of a life too many.
        let isOwn = index > 0 && (period == age || period == age - 1)
        let expected = isOwn ? Self.expected(period, period...period, isLost: index < 16) : [.refused, .refused]
        #expect(what == expected, "\(index) \(period)")
      }
    }
  }

  /// The nearest ones, and of these the nearest for leases: what the others cost nobody who pays feels.
  @Test func keysAreBounded() throws {
    var rig = try Rig()
    // Before the first of these lives as many periods as there may be keys, and 24 after each of them.
    let losses = (1...3).map { Self.start + $0 }
    let locks = LockKeys(of: rig.keys, losses: losses, since: 0, period: Self.start)
    #expect(locks.count == LockKeys.countMax)
    #expect(
      try Self.found(LockEpoch(life: 0, period: Self.epoch(LockKeys.countMax - 4).period), &rig, locks) == [
        .asked, .refused,
      ])
    #expect(try Self.found(Self.epoch(LockKeys.countMax - 3), &rig, locks) == [.refused, .refused])
    // Derived once.
    let again = LockKeys(of: rig.keys, losses: losses, since: 0, period: Self.start, known: locks)
    #expect(again.current == locks.current && again.count == locks.count)
  }

  /// Restores whose clocks were wrong, and the first and the last period that can be told.
  private static let strangeLives: [(losses: [UInt32], period: UInt32)] = [
    ([], 0), ([], UInt32.max / seconds * seconds), ([.max], start), ([1, 2, 3], start), ([start, .max], 0),
    ([.max, 7, 7], 0), ((1...16).map { UInt32.max - (16 - $0) * 25 * seconds }, start),
    ((1...16).map { start + $0 }, start), ((0..<16).map { start - 24 * seconds + $0 }, start),
  ]

  /// There are no more keys than are allowed, and that of now is one of them.
  @Test(arguments: strangeLives.indices) func clocksThatWereWrong(_ index: Int) throws {
    let (losses, period) = Self.strangeLives[index]
    let life = losses.last ?? 0
    var rig = try Rig()
    let locks = LockKeys(of: rig.keys, losses: losses, since: Self.since, period: period)
    #expect(try Self.found(LockEpoch(life: life, period: period), &rig, locks) == [.proven, .proven])
    if period >= Self.seconds, life < period {
      #expect(try Self.found(LockEpoch(life: life, period: period - Self.seconds), &rig, locks) == [.proven, .proven])
    }
    #expect(locks.count <= LockKeys.countMax)
  }

  /// All of a token is locked for late, or it is asked of the mint.
  @Test func theOldestLockOfATokenCounts() throws {
    var rig = try Rig()
    let locks = LockKeys(of: rig.keys, losses: [], since: Self.since, period: Self.start)
    let (late, before) = (try rig.key(Self.epoch(0)), try rig.key(Self.epoch(1), lease: Self.lease))
    let old = try rig.key(Self.epoch(2), lease: Self.lease)
    for (keys, isProven) in [([late, before], true), ([late, old, before], false), ([late, nil], false)] {
      let ecash = try #require(try rig.judge(try rig.token(keys), locks, lease: Self.lease))
      #expect(ecash.flags.contains(.proven) == isProven && ecash.flags.contains(.locked))
      #expect(try rig.spend(ecash, locks) == 200)
    }
    // Locked to the lease that is paid, and to no other.
    #expect(try rig.judge(try rig.token([before]), locks, lease: Self.lease + 1) == nil)
    #expect(try rig.judge(try rig.token([old]), locks) == nil)
    let strange = try Rig(genesis: 1).key(Self.epoch(0))
    #expect(try rig.judge(try rig.token([late, strange]), locks, lease: Self.lease) == nil)
  }

  /// A mint that does not answer for years.
  @Test func whatWasTakenCanBeSpentWhenNobodyKnowsItsKeyAnyMore() throws {
    var rig = try Rig()
    var locks = LockKeys(of: rig.keys, losses: [], since: Self.since, period: Self.start)
    let token = try rig.token([try rig.key(Self.epoch(0)), try rig.key(Self.epoch(0), lease: Self.lease)])
    let ecash = try #require(try rig.judge(token, locks, lease: Self.lease))
    locks = LockKeys(of: rig.keys, losses: [], since: Self.since, period: Self.epoch(-40).period, known: locks)
    #expect(try rig.judge(token, locks, lease: Self.lease) == nil)
    #expect(try rig.spend(ecash, locks) == 200)
  }

  /// What the journal keeps is opened whole and as it was, or not at all.
  @Test func whatIsSealedIsNotToBeAltered() throws {
    var rig = try Rig()
    let locks = LockKeys(of: rig.keys, losses: [], since: Self.since, period: Self.start)
    let token = try rig.token([try rig.key(Self.epoch(0)), nil])
    var ecash = try #require(try rig.judge(token, locks))
    let sealed = ecash.sealed
    for index in sealed.indices {
      ecash.sealed = sealed
      ecash.sealed[index] ^= 1
      #expect(throws: FormatError.missing) { try rig.spend(ecash, locks) }
    }
    for byteCount in [0, 1, sealed.count - 1] {
      ecash.sealed = Array(sealed.prefix(byteCount))
      #expect(throws: FormatError.missing) { try rig.spend(ecash, locks) }
    }
    ecash.sealed = sealed
    #expect(try rig.spend(ecash, locks) == 200)
  }
}
