internal import CLibuv
internal import Synchronization

/// The way from one thread to one other, in order, on which nobody waits for a lock: a ring of messages and an event of the kernel.
///
/// For threads that run only where nothing else wants to. The system takes the processor away from such a one as soon as it wakes somebody,
/// and gives it back when nobody else has anything to do: whoever needs a lock that it holds waits so long, and libuv's way into a loop
/// (`Wakeup`) is one, since the loop spins until a sender that it saw has ended. What was put here is there whenever its sender goes on.
@safe public final class Handoff<Message: Sendable>: @unchecked Sendable {
  private let capacity: Int

  /// Message n lies in place n modulo capacity: written before `putCount` is above n, taken before `takenCount` is.
  private let places: UnsafeMutablePointer<Message?>

  /// Changed by who puts only.
  private let putCount = Atomic<Int>(0)

  /// Changed by who takes only.
  private let takenCount = Atomic<Int>(0)

  /// The event, signalled with each message.
  private let descriptor: Int32

  /// - Parameter capacity: Messages that may wait, from 1.
  public init(capacity: Int) throws(LoopError) {
    self.capacity = min(max(1, capacity), EventLoopLimits.handoffCapacityMax)
    descriptor = try LoopError.check(turnpike_event_open())
    unsafe places = .allocate(capacity: self.capacity)
    unsafe places.initialize(repeating: nil, count: self.capacity)
  }

  deinit {
    turnpike_close_descriptor(descriptor)
    unsafe places.deinitialize(count: capacity)
    unsafe places.deallocate()
  }

  /// Puts a message down and wakes the other thread; false: there is no room. By one thread only.
  public func put(_ message: Message) -> Bool {
    let count = putCount.load(ordering: .relaxed)
    guard count - takenCount.load(ordering: .acquiring) < capacity else { return false }
    unsafe places[count % capacity] = message
    putCount.store(count + 1, ordering: .releasing)
    turnpike_event_signal(descriptor)
    return true
  }

  /// The first message that was not taken; nil: none is there. By one thread only.
  public func take() -> Message? {
    let count = takenCount.load(ordering: .relaxed)
    guard count != putCount.load(ordering: .acquiring) else { return nil }
    let message = unsafe places[count % capacity].take()
    takenCount.store(count + 1, ordering: .releasing)
    return message
  }

  /// The first message that was not taken, as soon as there is one. By one thread only, which has no loop.
  public func next() -> Message {
    while true {
      if let message = take() { return message }
      turnpike_event_wait(descriptor)
    }
  }

  /// Has messages taken on a loop's thread from now on, each by a call of `handler`, until the watch is
  /// closed.
  public func watch(on loop: Loop, handler: @escaping (Message) -> Void) throws(LoopError) -> DescriptorWatch {
    let watch = try DescriptorWatch(of: descriptor, on: loop) { _ in
      turnpike_event_take(self.descriptor)
      while let message = self.take() { handler(message) }
    }
    watch.watch(for: .readable)
    return watch
  }
}
