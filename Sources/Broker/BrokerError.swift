public import EventLoop
internal import Glibc

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
  /// There is an export of an earlier life at this path.
  case exportExists(path: String)
  /// A file could not be used.
  case file(path: String, call: String, errorNumber: Int32)

  /// One line for an operator.
  public var description: String {
    switch self {
    case .endpoints: "name 1 to \(BrokerLimits.listenerCountMax) addresses to listen at"
    case .listen(let endpoint, let error): "cannot listen at \(endpoint): \(error.message)"
    case .loop(let error): "cannot set up the event loop: \(error.message)"
    case .capacity: "the capacities are zero or larger than can be"
    case .exportExists(let path): "\(path) holds the commands of an earlier life, which this version cannot resume"
    case .file(let path, let call, let errorNumber):
      "\(path): \(call): \(unsafe String(cString: strerror(errorNumber)))"
    }
  }
}
