import Journal
import Testing

/// A journal that is being written, and what was said about it: the other side of the commit barrier.
final class JournalScript<Files: JournalFiles> {
  /// The clock of all tests.
  static var now: UInt64 { 1_700_000_000_000 }
  static var identity: UInt128 { 0xFEED_0000_1234_5678_9ABC_DEF0_0F1E_2D3C }

  let files: Files
  let durability: Durability
  let segmentByteCount: Int
  private(set) var log: LocalLog<Files>?
  /// Commands of each batch that was acknowledged.
  private(set) var acknowledged: [[UInt8]] = []
  /// Commands of the one that was handed over and not acknowledged.
  private(set) var handedOver: [UInt8]?
  private(set) var report = RecoveryReport()
  /// Commands handed over.
  private(set) var commandCount = 0
  private var commit: GroupCommit
  private var time = now
  private var term: UInt64 = 1

  init(_ files: Files, durability: Durability = .fsync, segmentByteCount: Int = 4096) {
    self.files = files
    self.durability = durability
    self.segmentByteCount = segmentByteCount
    commit = GroupCommit()
  }

  func options() -> RecoveryOptions {
    var options = RecoveryOptions(now: Self.now)
    options.durability = durability
    options.segmentByteCount = segmentByteCount
    options.newIdentity = Self.identity
    return options
  }

  /// Opens the journal. Gives what is in it, batch by batch.
  @discardableResult
  func open(_ change: (inout RecoveryOptions) -> Void = { _ in }) throws(RecoveryError) -> [[UInt8]] {
    log = nil
    var options = options()
    change(&options)
    var batches: [[UInt8]] = []
    let opened = try Recovery.open(files, options) { record, commands in
      if record.kind == .commands { batches.append(unsafe commands.withUnsafeBytes { unsafe Array($0) }) }
      term = max(term, record.term)
      return true
    }
    (log, report) = (opened.log, opened.report)
    commit = GroupCommit(after: opened.log.tail.sequence, stateDigest: 7)
    return batches
  }

  /// Hands over one batch of commands; whether it was acknowledged.
  @discardableResult
  func append(_ sizes: [Int], term: UInt64? = nil) -> Bool {
    for size in sizes {
      let room = unsafe commit.room()
      let sequence = commit.lastSequence + 1
      for index in 0..<size { unsafe room[index] = UInt8(truncatingIfNeeded: Int(sequence) &* 31 &+ index) }
      commit.commit(byteCount: size)
    }
    time += 1
    commandCount += sizes.count
    guard let log, let batch = commit.nextBatch(context(term)) else { return false }
    let commands = unsafe Array(batch.bytes)
    handedOver = commands
    guard log.append(batch) == .durable else { return false }
    commit.appended()
    acknowledged.append(commands)
    handedOver = nil
    return true
  }

  /// Hands over a seal.
  @discardableResult
  func seal() -> Bool {
    guard let log, let batch = commit.nextSeal(context(nil)), log.append(batch) == .durable else { return false }
    commit.appended()
    return true
  }

  private func context(_ term: UInt64?) -> RecordContext {
    self.term = term ?? self.term
    return RecordContext(
      shard: 0, coreVersion: 1, term: self.term, time: time, stateDigest: UInt128(commit.lastSequence) << 64 | 7)
  }

  /// Forgets the log, as a process that ends does.
  func close() { log = nil }

  /// What is wrong with what a recovery gave; nil: everything that was acknowledged is there, in order, and at most the batch
  /// that was handed over besides. What is there is what counts from here on.
  func fault(in batches: [[UInt8]]) -> String? {
    defer {
      acknowledged = batches
      handedOver = nil
    }
    if batches == acknowledged { return nil }
    if let handedOver, batches == acknowledged + [handedOver] { return nil }
    if batches.count < acknowledged.count {
      return "\(acknowledged.count - batches.count) of \(acknowledged.count) acknowledged batches are lost"
    }
    return "\(batches.count) batches, \(acknowledged.count) acknowledged, and not the same"
  }
}

/// The refusal of an attempt to open; nil when it opened.
func refusal(_ body: () throws -> Void) -> RecoveryRefusal? {
  do {
    try body()
  } catch RecoveryError.refused(let refusal) {
    return refusal
  } catch {
    Issue.record("\(error)")
  }
  return nil
}
