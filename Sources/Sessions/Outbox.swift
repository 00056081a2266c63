/// What a connection is owed: frames behind the commit barrier and frames that may go.
///
///     sent <= released <= in flight <= end       (bytes since the connection began)
///      |=== may go ===|== batch being appended ==|== batch being filled ==|
///
/// Handing the batch over moves *in flight* up to the end; its durability moves *released* up to *in flight*.
@safe struct Outbox: ~Copyable {
  private var queue = ByteQueue()
  private var sentCount = 0
  private var releasedCount = 0
  private var inFlightCount = 0

  /// Bytes not sent.
  var byteCount: Int { queue.count }

  /// Bytes that may go now.
  var releasedByteCount: Int { releasedCount - sentCount }

  /// Whether there are frames that wait for a batch.
  var isHeld: Bool { queue.count > releasedCount - sentCount }

  /// The bytes that may go now, until the next change.
  var released: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: queue.bytes.prefix(releasedByteCount))
  }

  /// Room for the next frame.
  mutating func room(_ byteCount: Int, from pool: inout BufferPool) -> UnsafeMutableRawBufferPointer {
    unsafe queue.room(byteCount, from: &pool)
  }

  /// Adds the frame that was written to `room`: it waits for the batch that is being filled.
  mutating func commit(_ byteCount: Int) {
    queue.commit(byteCount)
  }

  /// The last frame that was added, whose size this is, until the next change.
  func last(_ byteCount: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: queue.bytes.suffix(byteCount))
  }

  /// Frames of the filling batch now wait for the one in flight.
  mutating func handOver() {
    inFlightCount = sentCount + queue.count
  }

  /// The batch in flight is durable.
  mutating func release() {
    releasedCount = inFlightCount
  }

  /// `byteCount` of the released bytes were sent.
  mutating func sent(_ byteCount: Int, to pool: inout BufferPool) {
    precondition(byteCount <= releasedByteCount)
    sentCount += byteCount
    queue.removeFirst(byteCount, to: &pool)
  }

  /// Drops everything.
  mutating func clear(to pool: inout BufferPool) {
    sentCount += queue.count
    releasedCount = sentCount
    inFlightCount = sentCount
    queue.clear(to: &pool)
  }
}
