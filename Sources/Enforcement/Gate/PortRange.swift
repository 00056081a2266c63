/// Which ports of a range are taken by leases. A lease prefers a port that follows from its id, so that an agent that is started anew
/// finds most of its leases where they were.
package struct PortRange {
  private let ports: ClosedRange<UInt16>
  private var taken: Set<UInt16> = []

  /// All of them are free.
  package init(_ ports: ClosedRange<UInt16>) {
    self.ports = ports
  }

  /// Takes the first free port for which `isUsable` says yes, beginning with the one that the lease prefers; nil when there is none among
  /// those that are tried.
  package mutating func take(for lease: UInt64, isUsable: (UInt16) -> Bool) -> UInt16? {
    let count = UInt64(ports.upperBound - ports.lowerBound) + 1
    var tryCount = 0
    for step in 0..<count where tryCount < EnforcementLimits.portTryCountMax {
      // Ids count up, so leases of one time get ports beside each other.
      let port = ports.lowerBound + UInt16((lease % count + step) % count)
      if taken.contains(port) { continue }
      tryCount += 1
      if isUsable(port) {
        taken.insert(port)
        return port
      }
    }
    return nil
  }

  /// A port is free again.
  package mutating func giveBack(_ port: UInt16) {
    taken.remove(port)
  }
}
