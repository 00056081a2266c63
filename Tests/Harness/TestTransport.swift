public import TurnpikeCrypto
public import WireProtocol

/// A broker to test, and a way to its connections. The same suite runs against the engine in memory and against a whole broker
/// over sockets.
public protocol TestTransport: AnyObject {
  /// A new connection that has not said anything.
  func connect() throws -> any TestConnection
  /// The credential of the operator (id 0) or a provider, with the current generation or another one.
  func credential(of role: Role, id: UInt64, generation: UInt32) -> RoleCredential
  /// The 32 bytes of the key of that credential, which a file would show.
  func roleKey(of role: Role, id: UInt64) -> [UInt8]
  /// Ends the broker.
  func stop()
}

/// One connection, as its client has it.
public protocol TestConnection: AnyObject {
  /// Sends bytes, all of them.
  func send(_ bytes: [UInt8]) throws
  /// Waits for bytes and gives what there is; empty at the end of the stream, or when nothing comes for long.
  func receive() throws -> [UInt8]
  /// Closes it at once.
  func close()
}

/// The transports that the common suite runs on.
public enum TransportKind: String, CaseIterable, Sendable {
  case memory, tcp, unix

  /// A fresh broker. Only in memory it has the master key of a seed; the others draw theirs.
  public func make(seed: UInt8 = 7) throws -> any TestTransport {
    switch self {
    case .memory: MemoryTransport(seed: seed)
    case .tcp: try SocketTransport(isUnix: false)
    case .unix: try SocketTransport(isUnix: true)
    }
  }
}

/// A system call of the harness failed.
public struct HarnessError: Error {
  /// Which.
  public let call: String
  /// The error's number.
  public let number: Int32
}
