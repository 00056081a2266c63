import WireProtocol

/// A pool, as clients were told of it.
final class KnownPool {
  struct Member {
    let resource: KnownResource
    let weight: UInt32
  }

  /// A name and members that it had at some time.
  struct Version {
    let name: Name32
    let members: [Member]

    var records: [PoolMember] { members.map { PoolMember(resource: $0.resource.id, weight: $0.weight) } }
  }

  let maker: Client
  /// 0: not told yet.
  var id: UInt64 = 0
  /// All that it had, or may have had; and the one that was accepted last.
  var versions: [Version] = []
  var current: Version?
  /// SET_POOLs under way, and how often one began or ended.
  var underWayCount = 0
  var changeCount = 0
  /// What was given to it, and how often.
  var donated = KnownSum()
  var donationCount = KnownSum()
  /// Of it, what nobody knows how it was shared: donations under way, and those beside which the members changed.
  var unplaced: (amount: UInt64, count: UInt64) = (0, 0)
  var labels: [Name32: KnownFunding.Label] = [:]

  init(maker: Client) { self.maker = maker }

  var isTold: Bool { id != 0 }
  /// The stamp of its members, while nothing is under way that changes them.
  var quietStamp: Int? { underWayCount == 0 ? changeCount : nil }

  /// A donation's shares: each its exact share rounded down, and a unit more to those who lost most by that, of equal ones the first.
  static func shares(of donation: UInt64, among members: [Member]) -> [UInt64] {
    let sum = members.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
    guard sum > 0 else { return [] }
    let products = members.map { donation * UInt64($0.weight) }
    var shares = products.map { $0 / sum }
    let byLoss = members.indices.sorted {
      let (first, second) = (products[$0] % sum, products[$1] % sum)
      return first == second ? $0 < $1 : first > second
    }
    for index in byLoss.prefix(Int(donation - shares.reduce(0, +))) { shares[index] += 1 }
    return shares
  }
}
