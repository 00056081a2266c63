import WireProtocol

/// RESTOREs that may have lost something.
struct Losses {
  /// How many are remembered.
  static let countMax = 16
  /// Words of it in the head of a snapshot.
  static let wordCount = countMax

  /// Incarnations that began so, the last ones, oldest first.
  private(set) var incarnations: [UInt32] = []

  init() {}

  mutating func add(_ incarnation: UInt32) {
    if incarnations.count == Self.countMax { incarnations.removeFirst() }
    incarnations.append(incarnation)
  }

  /// As the head of a snapshot has it.
  var words: [UInt64] {
    incarnations.map(UInt64.init) + [UInt64](repeating: 0, count: Self.countMax - incarnations.count)
  }

  /// What these say, of which nothing is trusted.
  init(words: ArraySlice<UInt64>) {
    incarnations = words.prefix { $0 != 0 }.prefix(Self.countMax).map { UInt32(truncatingIfNeeded: $0) }
  }
}

extension StateMachine {
  /// Whether what a restore lost is not accepted: notes of before are in quarantine, and nothing is begun or ended at a mint.
  public var isRestoring: Bool { epochs.quarantinedBelow != 0 }

  /// The last lives that began with a restore that may have lost something: their incarnations, at most 16, oldest first.
  public var lossIncarnations: [UInt32] { losses.incarnations }

  /// Whether what is remembered of restores is what can have been.
  var hasSoundLosses: Bool {
    guard let last = losses.incarnations.last else {
      return paymentsKnown == noPayments && !isRestoring
    }
    guard UInt64(last) <= incarnation, paymentsKnown != noPayments else { return false }
    var before = genesis.incarnation
    for incarnation in losses.incarnations {
      guard UInt64(incarnation) > before else { return false }
      before = UInt64(incarnation)
    }
    return !isRestoring || epochs.quarantinedBelow == last
  }
}
