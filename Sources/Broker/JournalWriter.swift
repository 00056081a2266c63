internal import EventLoop
internal import Journal

/// Appends batches to the log, one at a time, and keeps reserves in stock on a thread of the loop's pool.
///
/// A batch is appended on another thread of the pool, while the loop fills the next one. Where nobody would fill it, the detour costs
/// more than it gives: a small batch of a turn with one sender is appended on the loop's thread. Whatever comes
/// meanwhile waits no longer than its reply would have: that is released after the same append.
///
/// The log is one thread's at a time: the loop gives it a batch, and touches neither again until `onAppended` is called. After a
/// failed append nothing more is written or acknowledged.
final class JournalWriter {
  private let log: LocalLog<PosixFiles>
  private let appends: WorkQueue
  private let refills: WorkQueue
  private var reserves: ReserveMaker<PosixFiles>
  private var isRefilling = false
  private var segmentCount: UInt64
  /// Looks for room again.
  private var timer: LoopTimer?

  /// Called on the loop when a batch was appended: nil, or why it was not.
  var onAppended: (FileError?) -> Void = { _ in }
  /// Called on the loop when a segment is full.
  var onSegmentEnded: () -> Void = {}
  /// Called on the loop when the disk came to be low on space, or is not any more.
  var onSpaceChanged: (FileError?) -> Void = { _ in }
  /// Called on the loop when segments could not be dropped.
  var onDropFailed: (FileError) -> Void = { _ in }
  /// Whether the disk has no room for another segment in stock.
  private(set) var isLowOnSpace = false

  init(_ log: LocalLog<PosixFiles>, reserves: ReserveMaker<PosixFiles>, on loop: Loop) {
    self.log = log
    self.reserves = reserves
    segmentCount = log.segmentRange.upperBound
    appends = WorkQueue(on: loop, concurrencyMax: 1, waitingMax: 1)
    refills = WorkQueue(on: loop, concurrencyMax: 1, waitingMax: 0)
    timer = LoopTimer(on: loop) { [weak self] in self?.refill() }
  }

  /// Ends what would keep the loop from ending.
  func close() { timer?.close() }

  /// - Parameter hasOneSender: Nobody else has sent anything in this turn.
  func append(_ batch: JournalBatch, hasOneSender: Bool) -> AppendResult {
    if hasOneSender, batch.byteCount <= BrokerLimits.loopAppendByteCountMax, appends.count == 0, log.hasRoom(for: batch)
    {
      return log.append(batch)
    }
    let log = log
    let isSubmitted = appends.submit({
      let result = log.append(batch)
      return Appended(
        error: result == .durable ? nil : log.error ?? FileError(.write, path: "", number: 0),
        segment: log.segmentRange.upperBound)
    }) { [weak self] appended in
      self?.appended(appended)
    }
    return isSubmitted ? .underWay : .failed
  }

  /// Why the log takes no more; nil while it does, or while another thread has it.
  var error: FileError? { appends.count == 0 ? log.error : nil }

  /// Forgets the journal before a batch, between two appends.
  func drop(before batch: UInt64) {
    let log = log
    _ = appends.submit({
      do throws(FileError) { try log.drop(before: batch) } catch { return error as FileError? }
      return nil
    }) { [weak self] error in
      if let error { self?.onDropFailed(error) }
    }
  }

  private struct Appended: Sendable {
    var error: FileError?
    var segment: UInt64
  }

  private func appended(_ appended: Appended) {
    if appended.segment != segmentCount {
      segmentCount = appended.segment
      refill()
      onSegmentEnded()
    }
    onAppended(appended.error)
  }

  /// Makes reserves that are missing: after a segment was begun, and again from time to time while the disk is low.
  func refill() {
    if isRefilling { return }
    let reserves = reserves
    isRefilling = refills.submit({
      var maker = reserves
      maker.refill()
      return maker
    }) { [weak self] maker in
      self?.refilled(maker)
    }
  }

  private func refilled(_ maker: ReserveMaker<PosixFiles>) {
    isRefilling = false
    reserves = maker
    if maker.isLowOnSpace { timer?.start(afterMilliseconds: BrokerLimits.refillAgainMilliseconds) }
    guard maker.isLowOnSpace != isLowOnSpace else { return }
    isLowOnSpace = maker.isLowOnSpace
    onSpaceChanged(isLowOnSpace ? maker.lastError : nil)
  }
}
