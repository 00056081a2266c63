public import BrokerCore
public import Journal
internal import WireProtocol

/// Why records cannot be replayed.
public enum ReplayFault: Error, Equatable, Sendable {
  /// The first command is not a GENESIS that this machine has the memory for.
  case noGenesis(batch: UInt64)
  /// Made by a version of the core that this one does not contain.
  case otherCore(batch: UInt64, version: UInt16)
  /// Not commands that a broker makes.
  case malformed(batch: UInt64)
  /// The state is not the one that the leader had there: one of the two computed wrongly.
  case digestDiffers(batch: UInt64)

  /// In words.
  public var explanation: String {
    switch self {
    case .noGenesis(let batch): "batch \(batch) does not begin a state that fits into this machine's memory"
    case .otherCore(let batch, let version):
      "batch \(batch) was made by version \(version) of the core, and this one has \(CoreLimits.coreVersion)"
    case .malformed(let batch): "batch \(batch) holds something that is no command"
    case .digestDiffers(let batch): "batch \(batch): the state is not the one that the broker had there"
    }
  }
}

/// The journal's other side: records become state again.
///
/// Recovery, the snapshot writer and the tools all follow the journal through this one type: decode, apply, and at the end of each
/// segment compare the state's digest with the leader's. Before GENESIS there is no state.
public struct Replay: ~Copyable {
  /// The state after the records so far.
  private var machine: StateMachine?
  /// Where it stands in the journal.
  public private(set) var position: JournalPosition
  /// The journal's, where a snapshot says it.
  public private(set) var identity: UInt128?
  /// The leader's time at the last record.
  public private(set) var time: UInt64 = 0
  /// Why it goes no further.
  public private(set) var fault: ReplayFault?

  /// Before the first record.
  public init() {
    machine = nil
    position = .beginning
  }

  /// From the state of a snapshot on.
  init(_ machine: consuming StateMachine, after snapshot: SnapshotHeader) {
    self.machine = consume machine
    position = snapshot.position
    time = snapshot.time
    identity = snapshot.identity
  }

  /// Header of a snapshot of the state that it has now.
  func header(identity: UInt128, shard: UInt16) -> SnapshotHeader {
    SnapshotHeader(
      identity: identity, position: position, time: time, coreVersion: UInt16(CoreLimits.coreVersion), shard: shard)
  }

  /// Applies one record; false: it cannot be, and `fault` says why.
  public mutating func apply(_ record: RecordHeader, _ commands: RawSpan) -> Bool {
    guard fault == nil else { return false }
    guard record.coreVersion == UInt16(CoreLimits.coreVersion) else {
      return fail(.otherCore(batch: record.batch, version: record.coreVersion))
    }
    switch record.kind {
    case .commands: guard applyAll(commands, record.batch) else { return false }
    case .digest:
      guard machine?.checkpointDigest == commands.digest else { return fail(.digestDiffers(batch: record.batch)) }
    case .seal: break
    }
    time = record.time
    position = JournalPosition(batch: record.batch, sequence: record.nextSequence - 1, hash: record.hash)
    return true
  }

  /// The state, which is the caller's from here on; nil before GENESIS.
  public consuming func finish() -> StateMachine? { machine }

  private mutating func fail(_ fault: ReplayFault) -> Bool {
    self.fault = fault
    return false
  }

  private mutating func applyAll(_ commands: RawSpan, _ batch: UInt64) -> Bool {
    var offset = 0
    while offset < commands.byteCount {
      guard let view = CommandView(commands, at: offset), view.byteCount <= commands.byteCount - offset else {
        return fail(.malformed(batch: batch))
      }
      let command = commands.extracting(offset..<offset + view.byteCount)
      offset += view.byteCount
      if machine == nil {
        guard let genesis = GenesisCommand(command, at: view.fixedOffset), view.header.kind == .genesis,
          let begun = StateMachine(genesis: genesis)
        else { return fail(.noGenesis(batch: batch)) }
        machine = consume begun
      } else {
        let status = unsafe withUnsafeTemporaryAllocation(byteCount: CoreLimits.replyByteCountMax, alignment: 8) {
          var reply = unsafe $0.mutableBytes
          return machine?.apply(command, reply: &reply).status
        }
        guard let status, status != .malformed else { return fail(.malformed(batch: batch)) }
      }
    }
    return true
  }
}

extension RawSpan {
  /// The payload of a digest record.
  fileprivate var digest: UInt128? {
    guard byteCount == 16 else { return nil }
    return UInt128(uint64(at: 8)) << 64 | UInt128(uint64(at: 0))
  }
}
