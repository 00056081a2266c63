/// What happens to a stream besides data. After `close()` only `closed` comes.
public enum StreamEvent: Equatable, Sendable {
  /// The connection a `Stream.connect` asked for stands; the stream is writable.
  case connected
  /// A `write` that took less than it was given can go on.
  case writable
  /// The peer ended its direction. Reading is over; writing still works.
  case endOfStream
  /// Connecting, reading or writing failed: nothing more can be sent or received. Comes at most once; answer with `close()`.
  case failed(LoopError)
  /// The last event of every stream: libuv has let go of it.
  case closed
}

/// What a stream tells its user: two closures, made once and shared by all streams of one kind, so that an event costs one
/// indirect call and no allocation. Streams are told apart by `Stream.userIndex`.
@safe public final class StreamHandler {
  let onData: (Stream, UnsafeRawBufferPointer) -> Void
  let onEvent: (Stream, StreamEvent) -> Void

  /// - Parameters:
  ///   - onData: Bytes that arrived, never zero of them, at most `EventLoopLimits.receiveBufferByteCount`. They lie in the
  ///     loop's one receive buffer and are gone when the call returns. May stop reading, write, close any stream.
  ///   - onEvent: Everything else. Never called from within a call of the stream, always from the loop.
  @safe public init(
    onData: @escaping (Stream, UnsafeRawBufferPointer) -> Void,
    onEvent: @escaping (Stream, StreamEvent) -> Void
  ) {
    unsafe self.onData = unsafe onData
    self.onEvent = onEvent
  }
}
