public import WireProtocol

/// The tokens of one payment, each proved authentic, and their sum.
///
/// Owns room for `WireLimits.tokenCountMax` notes and is filled again for every request, so that verifying allocates
/// nothing. Anyone may make an empty one, which is worth nothing; only `verify(_:keyring:)` puts notes into it, all tokens
/// of a payment or none, and only `verify(_:on:head:)` a tick, which stands alone. Invariants: every note has an amount above
/// zero, and `total` is their sum and at most `WireLimits.moneyMax`. The same note may stand in it twice: the state machine
/// refuses that.
@safe
public struct VerifiedPayment: ~Copyable {
  private let notes: UnsafeMutablePointer<VerifiedNote>
  /// Notes in the payment; 0 when the last one verified was refused.
  public private(set) var count = 0
  /// Sum of their amounts.
  public private(set) var total: UInt64 = 0
  /// The tick, of a payment that is one.
  public private(set) var tick: VerifiedTick?

  /// Room for a payment.
  public init() {
    unsafe notes = UnsafeMutablePointer<VerifiedNote>.allocate(capacity: WireLimits.tokenCountMax)
    unsafe notes.initialize(
      repeating: VerifiedNote(keyEpoch: 0, serial: 0, amount: 0, binding: 0), count: WireLimits.tokenCountMax)
  }

  deinit {
    unsafe notes.deallocate()
  }

  /// Note number `index`, from 0 to `count` - 1.
  public subscript(index: Int) -> VerifiedNote {
    precondition(index >= 0 && index < count)
    return unsafe notes[index]
  }

  /// Where token number `token` lies in a payment block whose tokens are all notes up to there.
  public static func offset(of token: Int) -> Int { PaymentBlock.headByteCount + token * NoteToken.byteCount }

  /// Takes the payment of `block`, a whole payment block and nothing else, if every token is authentic. Refused
  /// otherwise, at the first token that is not, with the payment left empty.
  public mutating func verify(_ block: RawSpan, keyring: borrowing NoteKeyring) -> PaymentVerdict {
    clear()
    guard let head = PaymentBlock(block) else { return .block(.paymentMalformed) }
    let form = head.check(block)
    guard form.status == .ok else { return form }
    if PaymentBlock.beginsWithTick(block) { return .token(0, .railUnknown) }
    for index in 0..<head.tokenCount {
      let start = Self.offset(of: index)
      let status: Status
      switch NoteRail.verify(block.extracting(start..<start + NoteToken.byteCount), keyring: keyring) {
      case .authentic(let note): status = append(note)
      case .refused(let reason): status = reason
      }
      guard status == .ok else {
        clear()
        return .token(index, status)
      }
    }
    return .accepted
  }

  /// The tick that is all of `block`, a whole payment block and nothing else; nil when it is no such payment.
  public static func tick(of block: RawSpan) -> TickToken? {
    guard PaymentBlock.beginsWithTick(block), let head = PaymentBlock(block), head.check(block).status == .ok else {
      return nil
    }
    return TickToken(block, at: PaymentBlock.headByteCount)
  }

  /// The token of ecash that is all of `block`: where it lies there; else why it is none.
  public static func ecash(of block: RawSpan) -> (token: Range<Int>?, verdict: PaymentVerdict) {
    PaymentBlock.ecash(block)
  }

  /// Takes a tick, whose chain has this head, if it is authentic.
  public mutating func verify(_ token: TickToken, on lease: UInt64, head: ChainRail.Head?) -> PaymentVerdict {
    clear()
    switch ChainRail.verify(token, on: lease, head: head) {
    case .authentic(let tick):
      self.tick = tick
      return .accepted
    case .refused(let status, let detail):
      return PaymentVerdict(status: status, token: 0, detail: detail)
    }
  }

  /// Empties the payment.
  public mutating func clear() {
    tick = nil
    count = 0
    total = 0
  }

  /// Adds a note that was verified.
  private mutating func append(_ note: VerifiedNote) -> Status {
    let (sum, overflow) = total.addingReportingOverflow(note.amount)
    guard !overflow, sum <= UInt64(WireLimits.moneyMax) else { return .amountOverflow }
    unsafe notes[count] = note
    count += 1
    total = sum
    return .ok
  }
}
