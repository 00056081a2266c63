import WireProtocol

/// A key of a lease, as a client holds it.
struct HeldKey: Hashable {
  let lease: UInt64
  let key: Bytes16
}

/// One request of a client, from its first sending until its outcome is known; repeated with the same number as often as it
/// takes. Also what the oracle noted when it was sent first.
final class Errand {
  enum Impostor { case ofKept, ofForgotten }

  let opcode: Opcode
  let number: UInt64
  /// The fixed part, for a handle of the connection it is sent on.
  let part: (UInt32) -> any WireRequest
  var records: [NoteOutput] = []
  var payment: [NoteToken] = []
  /// The tick that pays for it, of `chain`.
  var tick: TickToken?
  var chain: KnownChain?
  /// The greatest index of it that was told to be taken when it was sent first.
  var chainFloor: UInt32 = 0
  /// Whose handle it needs.
  var key: HeldKey?
  /// The lease that it may change.
  var changes: KnownLease?
  /// The lease that it asks about.
  var asks: KnownLease?
  /// The resource that it is about.
  var resource: KnownResource?
  /// What the client does with the reply.
  var then: (Answer) -> Void = { _ in }
  /// Of USE.
  var useNumber: UInt64?
  /// Of TRANSFER: the new key and its holder.
  var heir: (key: Bytes16, client: Client)?
  /// Something about it is not what it should be.
  var isMischief = false
  /// Its number is that of another request, whose receipt its session keeps, or one that it no longer keeps.
  var impostor: Impostor?
  /// It is done, or abandoned.
  var onEnd: () -> Void = {}
  /// Whether it is sent without a handle that it needs, to see what is said.
  var isHasty = false

  var sendCount = 0
  /// What it said when it was sent last: numbers from this one on are still wanted.
  var floor: UInt64 = 0
  var isDone = false
  /// The first OK that came.
  var receipt: [UInt8]?

  // What the oracle knew when it was sent first.

  /// The broker's clock, when it was sent first and last.
  var firstSentAt: UInt64 = 0
  var sentAt: UInt64 = 0
  /// The oracle's count of events, when it was sent last.
  var order = 0
  /// The greatest epoch of its resource.
  var epochFloor: UInt64 = 0
  /// The epoch of its lease, and whether that had ended.
  var leaseEpoch: UInt64 = 0
  var wasEnded = false
  /// The stamp of its lease, and whether nothing was under way for it.
  var stamp = 0
  var wasQuiet = false

  init(_ opcode: Opcode, number: UInt64, _ part: @escaping (UInt32) -> any WireRequest) {
    self.opcode = opcode
    self.number = number
    self.part = part
  }

  var keepsReceipt: Bool { opcode.layout.keepsReceipt || (opcode == .use && !payment.isEmpty) }

  /// Whether the broker changes anything for it.
  var isCommand: Bool { keepsReceipt || opcode == .use }
}
