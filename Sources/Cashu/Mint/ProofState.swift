/// What a mint knows of a proof (NUT-07).
public enum ProofState: String, Hashable, Sendable {
  /// It was not spent yet.
  case unspent = "UNSPENT"
  /// It is being spent, which may fail: neither spent nor to be spent.
  case pending = "PENDING"
  /// It was spent, for ever.
  case spent = "SPENT"

  /// The states of the points that were asked for, each once, in the order of the request, whichever order the answer
  /// has.
  public static func all(in body: [UInt8], for points: [CompressedPoint]) throws(FormatError) -> [ProofState] {
    var told: [CompressedPoint: ProofState] = [:]
    var isThere = false
    try JSONReader.answer(body) { name, reader throws(FormatError) in
      guard name == "states" else { return }
      isThere = true
      try reader.array { reader throws(FormatError) in
        let (point, state) = try reader.state()
        guard told.updateValue(state, forKey: point) == nil else { throw .duplicate }
      }
    }
    guard isThere else { throw .missing }
    guard told.count == points.count else { throw .mismatch }
    var states: [ProofState] = []
    for point in points {
      guard let state = told[point] else { throw .mismatch }
      states.append(state)
    }
    return states
  }
}

extension JSONReader {
  fileprivate mutating func state() throws(FormatError) -> (CompressedPoint, ProofState) {
    var point: CompressedPoint?
    var state: ProofState?
    try object { name, reader throws(FormatError) in
      switch name {
      case "Y": point = try reader.point()
      case "state": state = try reader.choice()
      default: break
      }
    }
    return (try point.required(), try state.required())
  }
}
