public import EventLoop
public import Journal
public import Replay

/// Why a broker could not start.
public enum BrokerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No endpoint, or more than there can be.
  case endpoints
  /// It cannot listen there.
  case listen(Endpoint, LoopError)
  /// The loop could not be set up.
  case loop(LoopError)
  /// The capacities are zero or beyond what the state machine takes.
  case capacity
  /// The journal cannot be opened.
  case journal(RecoveryError)
  /// The journal's records give no state.
  case replay(ReplayFault)
  /// The journal was written under another master key.
  case otherKey
  /// Ecash of these mints cannot be taken.
  case ecash(String)
  /// The journal's amounts are in this unit, and not in the one that was asked for.
  case otherUnit(String)

  /// One line for an operator.
  public var description: String {
    switch self {
    case .endpoints: "name 1 to \(BrokerLimits.listenerCountMax) addresses to listen at"
    case .listen(let endpoint, let error): "cannot listen at \(endpoint): \(error.message)"
    case .loop(let error): "cannot set up the event loop: \(error.message)"
    case .capacity: "the capacities are zero or larger than can be"
    case .journal(.file(let error)): "\(error)"
    case .journal(.refused(let refusal)): "journal: \(refusal.explanation)"
    case .journal(.stopped(let batch)): "journal: stopped at batch \(batch)"
    case .replay(let fault): "journal: \(fault.explanation)"
    case .otherKey: "the journal was written under another master key than the one in the key file"
    case .ecash(let why): "ecash: \(why)"
    case .otherUnit(let unit):
      "this broker's unit is \(unit) since its first start, and cannot be changed: leave out --unit"
    }
  }
}
