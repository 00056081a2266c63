import Cashu
import Glibc
import Payments
import ScriptedMint
import TurnpikeCrypto
import WireProtocol

/// How many proofs of locked ecash one thread judges in a second of its processor time, as the broker's threads do it:
/// by `EcashVerification`, where nothing else wants to run. For each number of proofs in a token, and for keys as the
/// broker has them (`plain`) and with tables of their multiples (`MintKey`), one line:
///
///     proofs=8 keys=plain per_second=3641 wall_per_second=3590 accepted=yes
///
/// `ecash-speed [SECONDS]`: how long it measures each (1).
@main struct EcashSpeed {
  private static let proofCounts = [1, 8, 64]
  /// Proofs that are made for each, in as many tokens as that takes.
  private static let proofCountInAll = 256
  /// SCHED_IDLE of <sched.h>, which is a macro.
  private static let idlePolicy: Int32 = 5

  static func main() {
    let argument = CommandLine.arguments.dropFirst().first
    guard let seconds = argument.map({ Double($0) }) ?? 1, seconds > 0, seconds <= 600, var bench = Bench() else {
      print("ecash-speed [SECONDS]")
      exit(64)
    }
    var parameter = sched_param()
    _ = unsafe sched_setscheduler(0, idlePolicy, &parameter)
    for count in proofCounts {
      for isOftenUsed in [false, true] {
        guard let jobs = bench.jobs(of: count, inAll: proofCountInAll, isOftenUsed: isOftenUsed) else {
          print("ecash-speed: no tokens of \(count) proofs")
          exit(1)
        }
        show(jobs, proofCount: count, isOftenUsed: isOftenUsed, seconds: seconds)
      }
    }
  }

  private static func show(_ jobs: [EcashVerification], proofCount: Int, isOftenUsed: Bool, seconds: Double) {
    var (judged, accepted) = (0, 0)
    let (began, beganOnWall) = (time(CLOCK_THREAD_CPUTIME_ID), time(CLOCK_MONOTONIC))
    var now = began
    while now - began < seconds {
      if case .verified(let ecash) = jobs[judged % jobs.count].run(), ecash.flags.contains(.proven) { accepted += 1 }
      judged += 1
      now = time(CLOCK_THREAD_CPUTIME_ID)
    }
    let proofs = Double(judged * proofCount)
    print(
      "proofs=\(proofCount) keys=\(isOftenUsed ? "tables" : "plain") per_second=\(Int(proofs / (now - began)))"
        + " wall_per_second=\(Int(proofs / (time(CLOCK_MONOTONIC) - beganOnWall)))"
        + " accepted=\(accepted == judged ? "yes" : "no")")
  }

  private static func time(_ clock: clockid_t) -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A mint in memory, a wallet that is given money by it, and a broker's secrets.
private struct Bench {
  private static let genesis: UInt64 = 1_700_000_000_000
  private static let unit = "sat"

  private var mint: ScriptedMint
  private var wallet: ScriptedWallet
  private let curve: Curve
  private let keys: EcashKeys

  init?() {
    let bytes = [UInt8](repeating: 7, count: SecretKey.byteCount)
    guard let seed = Bytes32(bytes), let curve = Curve(seed: seed), let secret = unsafe SecretKey(bytes.span.bytes),
      let keys = EcashKeys(KeyDerivation(masterKey: secret), genesis: Self.genesis),
      let mint = ScriptedMint(seed: "speed", units: [Self.unit], curve: curve),
      let wallet = ScriptedWallet(seed: "speed", unit: Self.unit, curve: curve)
    else { return nil }
    (self.mint, self.wallet, self.curve, self.keys) = (mint, wallet, curve, keys)
  }

  /// Tokens of so many proofs each, of eight different keys, locked to the broker, to be judged.
  mutating func jobs(of count: Int, inAll total: Int, isOftenUsed: Bool) -> [EcashVerification]? {
    guard let keyset = mint.activeKeyset(Self.unit), let origin = try? MintOrigin(wallet.url) else { return nil }
    let locks = LockKeys(of: keys, losses: [], since: UInt32(clamping: Self.genesis / 1_000), period: 1_697_760_000)
    var terms = EcashTerms(keys: keys, locks: locks)
    terms.mints = [EcashTerms.Mint(number: 1, origin: origin, unit: Self.unit)]
    let mintKeys = keyset.amounts.compactMap { keyset.keys[$0] }
      .compactMap { curve.mintKey($0, isOftenUsed: isOftenUsed) }
    terms.mints[0].keysets = [.init(number: 1, id: keyset.id, isActive: true, keys: mintKeys)]
    var tokens: [[UInt8]] = []
    for first in stride(from: 0, to: total, by: count) {
      var coins: [Proof] = []
      for index in first..<first + count {
        guard let coin = try? wallet.gift(1 << UInt64(index % 8), lock: locks.current, from: &mint) else { return nil }
        coins += coin
      }
      guard let text = try? wallet.token(of: coins).text(.cashuB, includesDLEQ: true) else { return nil }
      tokens.append([UInt8](repeating: 0, count: EcashToken.byteCount) + Array(text.utf8))
    }
    return tokens.map { EcashVerification(terms: terms, token: $0, lease: 0, now: mint.now) }
  }
}
