import ScriptedMint

/// What the program is told.
struct ServerOptions {
  static let usage = """
    scripted-mint [--port P] [--unit UNIT]... [--keys N] [--fee PPK] [--seed TEXT] [--fault NAME:RATE]... [--delay MS]

    A Cashu mint on 127.0.0.1, in memory, for tests. Prints where it is and serves until it is told to end.

      --port     where it listens; 0: anywhere (0)
      --unit     what it counts in; may come more than once (sat)
      --keys     keys of a keyset, for 1, 2, 4 and so on (32)
      --fee      what spending a proof costs, in thousandths (0)
      --seed     what its keys are made of, and its faults (scripted)
      --fault    a fault, and how often: 0.01 is one request of a hundred that it fits
      --delay    milliseconds that each answer takes (0)

    Faults: \(MintFault.allCases.map(\.rawValue).joined(separator: " "))
    """

  var port: UInt16 = 0
  var units: [String] = []
  var terms = ScriptedMint.Terms(keyCount: 32)
  var seed = "scripted"
  var faultRates: [(kind: MintFault, rate: Double)] = []
  var delayMilliseconds: UInt64 = 0

  /// Nil: they are not what the usage says.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst(), read(name, value) else { return nil }
    }
    if units.isEmpty { units = ["sat"] }
  }

  private mutating func read(_ name: String, _ value: String) -> Bool {
    switch name {
    case "--port": UInt16(value).map { port = $0 } != nil
    case "--unit": readUnit(value)
    case "--keys": Int(value).map { terms.keyCount = $0 } != nil
    case "--fee": UInt64(value).map { terms.inputFeePPK = $0 } != nil
    case "--seed": readSeed(value)
    case "--fault": readFault(value)
    case "--delay": readDelay(value)
    default: false
    }
  }

  private mutating func readUnit(_ value: String) -> Bool {
    units.append(value)
    return true
  }

  private mutating func readSeed(_ value: String) -> Bool {
    seed = value
    return !value.isEmpty
  }

  private mutating func readFault(_ value: String) -> Bool {
    let parts = value.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let kind = MintFault(rawValue: String(parts[0])), let rate = Double(parts[1]),
      (0...1).contains(rate)
    else { return false }
    faultRates.append((kind, rate))
    return true
  }

  private mutating func readDelay(_ value: String) -> Bool {
    guard let delay = UInt64(value), delay <= ServerLimits.delayMillisecondsMax else { return false }
    delayMilliseconds = delay
    return true
  }
}
