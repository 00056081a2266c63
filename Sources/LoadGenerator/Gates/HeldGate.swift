import EventLoop
import TurnpikeClient
import WireProtocol

/// One lease of a run of gates, and the connection of its holder.
///
///     planned -> acquiring -> pending -> connecting -> open -> cut
///                                           | first byte of one that keeps no connection -> idle
///
/// All instants are those of `Loop.hrtime`; 0: not yet.
@safe final class HeldGate {
  enum Purpose { case filling, granting, running }
  enum State { case planned, acquiring, pending, connecting, open, idle, cut }
  enum Ending { case none, revoked, released }

  let place: Int
  let purpose: Purpose
  let key: Bytes16
  let link: SessionLink
  var state = State.planned
  var lease: UInt64 = 0
  var endpoint: Endpoint?
  var stream: EventLoop.Stream?
  var messages = GateMessages()
  /// Whether a message is on its way.
  var isTalking = false

  /// When ACQUIRE was due, and when it was answered.
  var dueAt: UInt64 = 0
  var acquiredAt: UInt64 = 0
  /// The first instant without access, as the broker told it.
  var endsAt: UInt64 = 0
  var attemptCount = 0

  /// What ended the lease: when that was due, and when it was answered.
  var ending = Ending.none
  var endDueAt: UInt64 = 0
  var endedAt: UInt64 = 0
  var cutAt: UInt64 = 0
  /// When the last byte was seen behind the gate, on either side.
  var passedAt: UInt64 = 0

  init(_ place: Int, _ purpose: Purpose, key: Bytes16, link: SessionLink) {
    (self.place, self.purpose, self.key, self.link) = (place, purpose, key, link)
  }

  var owner: LeaseKey { LeaseKey(lease: lease, key: key) }

  /// Sends a message, if the last one is back, or in any case.
  func talk(always: Bool = false) {
    guard state == .open || state == .connecting, let stream, stream.isWritable, always || !isTalking else { return }
    isTalking = true
    _ = unsafe GateMessage(place: UInt64(place), sentAt: Loop.hrtime).bytes.withUnsafeBytes { unsafe stream.write($0) }
  }
}
