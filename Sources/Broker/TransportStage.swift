internal import EventLoop

/// What stands between a stream's bytes and the protocol's, one for each connection. `plain` passes them through; encryption will
/// be another case, and nothing else of the broker will know.
struct TransportStage {
  enum Kind {
    case plain
  }

  let kind: Kind
  let stream: Stream

  /// Sends what can be sent and gives how many of the protocol's bytes that was.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch kind {
    case .plain: unsafe stream.write(bytes)
    }
  }

  /// Hands on what has arrived, in the form of the protocol.
  func received(_ bytes: UnsafeRawBufferPointer, deliver: (UnsafeRawBufferPointer) -> Void) {
    switch kind {
    case .plain: unsafe deliver(bytes)
    }
  }
}
