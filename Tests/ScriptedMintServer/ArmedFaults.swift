import ScriptedMint

/// Faults that wait for the requests that they fit, the first armed first.
struct ArmedFaults {
  /// How late an answer is by default.
  static let delayMilliseconds: UInt64 = 1_000

  /// One kind, for so many requests.
  struct Fault {
    let kind: MintFault
    /// Nil: any that it fits.
    let path: String?
    var count: Int
    let delayMilliseconds: UInt64
  }

  private var faults: [Fault] = []

  /// Faults that wait, by their names.
  var counts: [String: Int] {
    faults.reduce(into: [:]) { $0[$1.kind.rawValue, default: 0] += $1.count }
  }

  /// Whether there was room for it.
  mutating func arm(_ fault: Fault) -> Bool {
    let total = faults.reduce(0) { $0 + $1.count }
    guard fault.count > 0, fault.count <= ServerLimits.armedFaultCountMax - total else { return false }
    faults.append(fault)
    return true
  }

  /// The fault of a request; it is used up.
  mutating func next(method: String, path: String) -> Fault? {
    guard
      let index = faults.firstIndex(where: {
        $0.kind.fits(method: method, path: path) && ($0.path == nil || $0.path == path)
      })
    else { return nil }
    let fault = faults[index]
    faults[index].count -= 1
    if faults[index].count == 0 { faults.remove(at: index) }
    return fault
  }

  mutating func clear() { faults = [] }
}
