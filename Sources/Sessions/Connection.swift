import TurnpikeCrypto
import WireProtocol

/// One connection, as far as the protocol is concerned.
///
/// Owned by the engine, which is the only one to touch it. What it holds beyond its own few hundred bytes comes from the
/// engine's pool when needed (received bytes, replies) or is bounded by a limit (handles, subscriptions).
final class Connection {
  /// Can transition to the states below it.
  enum State {
    /// HELLO must come first.
    case awaitingHello
    /// Requests are answered.
    case open
    /// Nothing that comes is looked at any more; what the peer is owed, a Goodbye perhaps, is still sent.
    case leaving
    /// All was sent; waits for the peer to close.
    case lingering
    /// The driver was asked to close it.
    case closing
  }

  /// Its place in the engine's table, and the driver's name for it.
  let index: Int
  var state = State.awaitingHello

  // MARK: Bytes

  /// Replies and pushes. One thread, and no method of it calls back: exclusive by construction, so not checked per frame.
  @safe @exclusivity(unchecked) var outbox = Outbox()
  /// Received bytes that were not walked yet: the front of a frame, or whole frames that wait for their turn. Exclusive by
  /// construction, as `outbox` is.
  @safe @exclusivity(unchecked) var input = ByteQueue()
  /// Bytes of `input`'s memory that the engine's total counts.
  var inputByteCountCounted = 0
  /// Whether `input` holds frames that wait for their share of a turn, a batch with room or a peer that reads.
  var isDeferred = false
  /// Whether it stands in the engine's queue of those that wait and could go on.
  var isQueued = false
  /// Requests whose tokens of ecash are being judged.
  var parkedCount = 0
  /// Whether ecash of it was ever refused by a mint, or was none of a mint's.
  var hadBadEcash = false
  /// Whether it stands in the engine's queue of those that wait for timers, and so in no other.
  var isAwaitingTimers = false
  var isReadingPaused = false
  /// The peer has ended its direction: leaves when what is in was answered.
  var isInputEnded = false
  /// Leaves with this reason when what is in was answered; OK: it stays.
  var farewell = Status.ok

  // MARK: Lists of the engine

  /// Has frames that wait for the batch being filled.
  var isInFillingList = false
  /// Has frames that wait for the batch in flight.
  var isInFlightList = false
  var pendingActions: PendingActions = []

  // MARK: Deadlines

  let openedAt: UInt64
  var receivedAt: UInt64
  /// When the frame began whose front lies in `input`; 0: there is none.
  var frameBegunAt: UInt64 = 0
  /// Since when the peer has not taken `slowReaderByteCount` bytes of what waits for it; 0: nothing waits.
  var blockedSince: UInt64 = 0
  var takenByteCount = 0
  /// When `leaving` or `lingering` began.
  var endedAt: UInt64 = 0
  var refusalCount = 0

  // MARK: HELLO

  /// Hash of the secret session id; zero: no session.
  var sessionHash = Bytes16()
  /// The session as the state machine numbers it; 0: it has none, or it is not known here.
  var session: UInt64 = 0
  /// Who the client says to be, until AUTHENTICATE.
  var claim = RoleIdentity(role: .none, id: 0, generation: 0)
  var handshake: RoleHandshake?
  /// Set by AUTHENTICATE: every frame has a MAC from then on. Exclusive by construction, as `outbox` is.
  @safe @exclusivity(unchecked) var authenticator: ConnectionAuthenticator?
  /// The role that was proved.
  var role: Role { authenticator == nil ? .none : claim.role }
  /// In whose name a connection that proved a role asks.
  var roleActor: Actor {
    switch role {
    case .operator: Actor(authority: .operator, generation: 0, id: 0)
    case .provider: Actor(authority: .provider, generation: 0, id: claim.id)
    case .none, .agent: .nobody
    }
  }
  /// Set by ATTACH.
  var agent: AgentLink?

  // MARK: Keys and pushes

  /// Exclusive by construction, as `outbox` is.
  @safe @exclusivity(unchecked) var handles = HandleTable()
  var firstSubscription = SubscriptionTable.none
  var subscriptionCount = 0
  /// Pushes sent.
  var pushCount: UInt64 = 0
  /// Pushes dropped since the last one sent.
  var lostPushCount: UInt64 = 0

  init(index: Int, now: UInt64) {
    self.index = index
    openedAt = now
    receivedAt = now
  }

  /// Whether frames are still looked at.
  var isListening: Bool { state == .awaitingHello || state == .open }
}
