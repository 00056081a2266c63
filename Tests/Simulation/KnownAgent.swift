import WireProtocol

/// An agent of a resource: a program with a clock of its own, and what it was told.
final class KnownAgent {
  enum Attachment { case none, asked, attached }

  /// What it does about a lease that it is to provision.
  struct Plan {
    /// The world's count of steps.
    var from: Int
    /// Nil: nothing, until it is too late.
    var isReady: Bool?
  }

  unowned let client: Client
  let resource: KnownResource
  /// A new one each time it attaches, of one that wanders.
  var number: UInt32
  let wanders: Bool
  /// It takes the place of another with its number, now and then.
  let isStandby: Bool
  var flags: AgentFlags

  // MARK: Its clock

  private(set) var bootNonce = Bytes16()
  /// What its clock said when it was started, and the machine's uptime then.
  private var base: UInt64 = 1
  private var bootedAt: UInt64 = 0

  // MARK: Its connection

  private(set) var attachment = Attachment.none
  /// The oracle's count of events when it was told to be attached.
  private(set) var attachedOrder = 0
  /// Number of the last push.
  var heard: UInt64 = 0
  /// The leases that it was told of, as far as it knows since it was started.
  var view: [UInt64: AgentLease] = [:]
  /// When it asked for the first page, and what came since; nil: it has asked for none.
  var walk: (order: Int, told: Set<UInt64>)?
  /// Whether every page was read since it attached, and nothing was lost since.
  var isListed = false
  /// What it was told last of each lease, on whatever connection.
  var last: [UInt64: (epoch: UInt64, state: LeaseState)] = [:]
  /// The broker's life in which it asked to attach last, and the one in which it was refused last.
  var askedLife = 0
  var refusedLife = 0
  /// Another took its place.
  var isTakenOver = false

  // MARK: Its habits

  var plans: [UInt64: Plan] = [:]
  /// Until that step it is away, or says nothing.
  var awayUntil = 0
  var silentUntil = 0
  var beatsAt = 0
  /// Number of the last report that was told to be taken, or is under way; whether one was refused since it attached.
  var reportNumber: UInt64 = 0
  var wasReportRefused = false
  /// Reports that it is yet to send before the one that says that this was all; nil: it says nothing any more.
  var reportsLeft: Int?
  /// The count of events when it was told that all of its outages are told.
  var outageOverOrder: Int?
  /// ACQUIRE was told, at this count of events, that there is no agent, and this one had been attached.
  var doubtedAt: Int?

  init(_ client: Client, of resource: KnownResource, number: UInt32, isStandby: Bool, flags: AgentFlags) {
    self.client = client
    self.resource = resource
    (self.number, wanders) = (max(number, 1), number == 0)
    self.isStandby = isStandby
    self.flags = flags
  }

  /// It is started anew, and knows nothing.
  func boot(_ nonce: Bytes16, base: UInt64, uptime: UInt64) {
    (bootNonce, self.base, bootedAt) = (nonce, base, uptime)
    view = [:]
    plans = [:]
  }

  func rename(_ nonce: Bytes16) { bootNonce = nonce }

  func stamp(at uptime: UInt64) -> UInt64 { base + uptime - bootedAt }

  /// When its clock says so: a time of the machine, which goes on by itself.
  func uptime(of stamp: UInt64) -> Int64 { Int64(bootedAt) + Int64(clamping: stamp) - Int64(base) }

  /// It is no agent any more until it is told otherwise.
  func attaches() {
    (attachment, walk, isListed, doubtedAt) = (.asked, nil, false, nil)
    (reportsLeft, outageOverOrder, wasReportRefused) = (nil, nil, false)
  }

  func isAttached(since order: Int, reportNumber: UInt64) {
    (attachment, attachedOrder, self.reportNumber) = (.attached, order, reportNumber)
    if !flags.contains(.reports) { outageOverOrder = order }
  }

  func isDetached() {
    attaches()
    (attachment, heard) = (.none, 0)
  }
}

/// What is known of a lease that agents provision, by its holder's and its agents' replies and pushes.
final class KnownService {
  /// Once its grant was told.
  var lease: KnownLease?
  /// An agent has sent READY, or FAILED.
  var mayBeReady = false
  var mayBeFailed = false
  /// The oracle's count of events when it was told to wait for its agent no longer, and to be over.
  var ranOrder: Int?
  var overOrder: Int?
  /// The instant at which it fails, once it was told, and the broker's life then.
  var failsAt: UInt64?
  var pendingLife = 0
  /// The broker's clock when it was asked for, at the earliest.
  var askedAt: UInt64 = 0
  /// What was paid for it, and is held until it is ready.
  var held: UInt64 = 0
  /// The agent that provisions it; 0: nobody was told.
  var agent: UInt32 = 0
  /// PROVISION commands under way, and how often one began or ended to be.
  var underWayCount = 0
  var changeCount = 0
  /// REPORTs under way that may credit it, and how often one began or ended to be.
  private(set) var creditsUnderWay = 0
  private(set) var creditChangeCount = 0
  /// What passed its gates by reports that were taken, that were sent, and that never will be taken.
  var taken = GateTraffic()
  var asked = GateTraffic()
  var refused = GateTraffic()
  /// The endpoint that was told to be taken last, where nothing else was under way.
  var endpoint: (text: Text96, changeCount: Int)?

  var trafficMost: GateTraffic {
    GateTraffic(received: asked.received - refused.received, sent: asked.sent - refused.sent)
  }

  func creditBeginsOrEnds(_ change: Int) {
    creditsUnderWay += change
    creditChangeCount += 1
  }

  /// Whether it was told to wait for its agent no longer before it was told to be over.
  var hadRun: Bool { ranOrder ?? .max < overOrder ?? .max }

  func ran(_ order: Int) { ranOrder = ranOrder ?? order }
  func ended(_ order: Int) {
    ran(order)
    overOrder = overOrder ?? order
  }
}
