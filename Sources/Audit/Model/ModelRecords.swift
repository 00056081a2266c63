public import WireProtocol

/// A resource: terms, units held, and what concerns its leases as a whole.
struct ModelResource: Hashable {
  var id: UInt64
  var provider: UInt64
  var name: Name32
  var terms: Terms
  var version: UInt32 = 1
  /// Its fencing counter: the last epoch drawn.
  var lastEpoch: UInt64 = 0
  /// Revenue, fees included; wraps.
  var earned: UInt64 = 0
  /// Millionths of the fee that were not taken yet.
  var feeRemainder: UInt64 = 0
  var donations: UInt64 = 0
  /// Who shares its revenue, beside its provider and investors.
  var recipients: [ModelRecipient] = []
  /// Millionths of a unit that its provider has not got.
  var ownersRemainder: UInt64 = 0
  /// Its live leases, and the units that they hold, counted as they come and go.
  var leaseCount = 0
  var unitsLeased: UInt64 = 0
  var funding = ModelFunding()

  /// Draws an epoch.
  mutating func drawEpoch() -> UInt64 {
    lastEpoch += 1
    return lastEpoch
  }
}

/// Somebody who gets a part of a resource's revenue.
struct ModelRecipient: Hashable {
  var provider: UInt64
  var perMillion: UInt32
  /// Millionths of a unit that it has not got.
  var remainder: UInt64 = 0
}

/// What a provider has earned and not withdrawn.
struct ModelProvider: Hashable {
  var earnings: UInt64 = 0
}

/// The receipt of an accepted command.
struct ModelReceipt: Hashable {
  var digest: UInt64
  var kind: CommandKind
  var reply: [UInt8]
  /// Payment in ecash that tells what became of the command; nil: there is none.
  var ecash: UInt64?
}

/// A session and its receipts.
struct ModelSession: Hashable {
  var id: UInt64
  var hash: Bytes16
  var floor: UInt64 = 0
  var receipts: [UInt64: ModelReceipt] = [:]
  var usedAt: UInt64
  /// Sequence of the command that used it last.
  var usedBy: UInt64
}

/// What pays for a command: notes, or one tick.
struct ModelPayment {
  var notes: [VerifiedNote] = []
  var tick: VerifiedTick?
  /// Payment in ecash that became the note; nil: none did.
  var ecash: UInt64?
  /// What an ACQUIRE that was put off buys at least, whatever it says itself.
  var durationMin: UInt64 = 0
  /// Ecash that is not there yet: see `ModelPromise`.
  var promise: ModelPromise?

  var isNone: Bool { notes.isEmpty && tick == nil && promise == nil }
}

/// What stands for the notes of a command that is paid in ecash, as long as there are none.
enum ModelPromise: Hashable {
  /// The command is refused with PAYMENT_PENDING where its notes are judged, having done what a command does until then.
  case pending
  /// Its notes have proved to be worth so much. Nothing is taken for it: on a copy of the model only.
  case worth(UInt64)
}

/// A note as it was made.
struct ModelNote: Hashable {
  var amount: UInt64
  var binding: UInt64
}

/// A note key epoch: every note it made, by counter, and which were taken.
struct ModelKeyEpoch: Hashable {
  var number: UInt32
  var algorithm: TagAlgorithm
  /// Nil while it issues.
  var validUntil: UInt64?
  var hasEnded = false
  /// Its notes may have been taken by a life that was lost.
  var isQuarantined = false
  var issued: [ModelNote] = []
  var spent: Set<UInt64> = []
  /// Sums of the amounts; wrap.
  var issuedAmount: UInt64 = 0
  var takenAmount: UInt64 = 0
  /// Issued and not taken; of an ended epoch: 0, and the rest in `expiredAmount`.
  var outstandingAmount: UInt64 = 0
  var expiredAmount: UInt64 = 0
}

/// What the model expects of one command.
public struct ModelOutcome: Hashable, Sendable {
  /// How exactly `detail` is defined.
  public enum Detail: Hashable, Sendable {
    /// This very value.
    case exactly(UInt64)
    /// Above `now`, and at most this instant (a lower bound that the core may choose).
    case instant(after: UInt64, atMost: UInt64)
  }

  /// OK, or why not.
  public var status: Status
  /// Where the money is.
  public var money: Money = .none
  /// Whether the reply is an earlier one.
  public var isReplayed = false
  /// As the status says.
  public var detail = Detail.exactly(0)
  /// Token that was refused; 0xFF: none.
  public var token: UInt8 = 0xFF
  /// Offset in the fixed part of the request of the field that was refused; 0xFFFF: none.
  public var field: UInt16 = 0xFFFF
  /// The fixed reply.
  public var reply: [UInt8] = []

  init(_ status: Status, detail: UInt64 = 0, token: UInt8 = 0xFF, field: UInt16 = 0xFFFF) {
    self.status = status
    self.detail = .exactly(detail)
    self.token = token
    self.field = field
  }

  /// Accepted, with this reply.
  static func ok<Reply: WireLayout>(_ reply: Reply) -> ModelOutcome {
    var outcome = ModelOutcome(.ok)
    outcome.reply = ModelBytes.of(reply)
    return outcome
  }
}

/// Encodes fixed parts.
enum ModelBytes {
  static func of<Layout: WireLayout>(_ value: Layout) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Layout.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    value.write(to: &raw, at: 0)
    return bytes
  }
}
