/// The claims of a campaign or an offering, in the order of their ids: each names the next.
struct ClaimList {
  var first: UInt32 = noIndex
  var last: UInt32 = noIndex
  /// Claims that were ever added.
  var count: UInt64 = 0
}

extension StateMachine {
  /// Adds a claim at the end of a list; gives the list.
  func appended(_ claim: UInt32, to list: ClaimList) -> ClaimList {
    var list = list
    if list.last == noIndex { list.first = claim } else { claims[list.last].next = claim }
    list.last = claim
    list.count += 1
    return list
  }

  /// Forgets the first claims of a list, a bounded number of them; gives what is left of the list.
  mutating func forgetFirst(of list: ClaimList) -> ClaimList {
    var list = list
    for _ in 0..<CoreLimits.forgottenClaimCountMax {
      guard list.first != noIndex else { break }
      let claim = list.first
      list.first = claims[claim].next
      removeClaim(claim)
    }
    return list
  }
}
