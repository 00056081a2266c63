internal import CLibuv

/// Tells when a descriptor that somebody else owns can be read or written: a socket of a library that does its own input and output.
///
/// Level-triggered: it calls back in every turn in which the descriptor is ready for what it is watched for, so whoever does not use the
/// readiness must ask for less. A descriptor that has failed counts as ready for all of that: reading or writing it tells why.
///
/// **Life.** Its owner closes the descriptor, and closes the watch before that. At most one watch for a descriptor and loop at a time;
/// once it is closed there may be another. Lives until `close()` or the loop's.
@safe public final class DescriptorWatch: HandleOwner {
  /// What a descriptor can be watched for.
  public struct Readiness: OptionSet, Hashable, Sendable {
    /// 1: readable, 2: writable.
    public let rawValue: Int32

    /// The readiness of these bits.
    public init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    /// There is something to read, the end of the stream included.
    public static let readable = Readiness(rawValue: 1)
    /// There is room to write.
    public static let writable = Readiness(rawValue: 2)
  }

  private let loop: Loop
  private let memory = unsafe HandleMemory<uv_poll_t>()
  private var handler: (Readiness) -> Void
  private var wanted: Readiness = []

  /// A watch that waits for nothing yet. Makes the descriptor non-blocking. Fails for a file, and for a descriptor that is watched already.
  ///
  /// - Parameter handler: Gets what the descriptor is ready for, never more than it is watched for. May change or close the watch.
  public init(of descriptor: Int32, on loop: Loop, handler: @escaping (Readiness) -> Void) throws(LoopError) {
    self.loop = loop
    self.handler = handler
    try LoopError.check(unsafe uv_poll_init(loop.raw, memory.pointer, descriptor))
    unsafe memory.adopt(by: self)
  }

  /// Watches for this from now on, and for nothing else; for nothing: does not keep `run()` going either.
  public func watch(for readiness: Readiness) {
    guard unsafe !memory.isClosing else { return }
    wanted = readiness
    guard !wanted.isEmpty else {
      _ = unsafe uv_poll_stop(memory.pointer)
      return
    }
    var events: UInt32 = 0
    if wanted.contains(.readable) { events |= UV_READABLE.rawValue }
    if wanted.contains(.writable) { events |= UV_WRITABLE.rawValue }
    // Cannot fail for a handle that is not closing.
    _ = unsafe uv_poll_start(memory.pointer, Int32(events)) { handle, status, events in
      unsafe owner(handle?.pointee.data, as: DescriptorWatch.self)?.ready(status, UInt32(bitPattern: events))
    }
  }

  /// Ends it for good, and lets go of the handler. The descriptor stays open, and may be closed at once.
  public func close() {
    unsafe memory.close()
    handler = { _ in }
  }

  private func ready(_ status: Int32, _ events: UInt32) {
    var found: Readiness = []
    if status < 0 {
      found = wanted
      // libuv has stopped watching; the failure stays, and so must the watch.
      watch(for: wanted)
    } else {
      if events & UV_READABLE.rawValue != 0 { found.insert(.readable) }
      if events & UV_WRITABLE.rawValue != 0 { found.insert(.writable) }
    }
    guard !found.isEmpty else { return }
    loop.openTurn()
    handler(found)
  }
}
