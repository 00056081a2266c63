import BrokerCore
import Journal
import Replay
import SimulatedDisk
import Testing
import WireProtocol

/// What a broker begins with. A restore is whole or no broker: cut short at whichever call of the disk, nothing in its directory
/// starts as the life that was.
@Suite struct RestorationTests {
  private static let now: UInt64 = 2_000_000

  private static func options(isNew: Bool = false, now: UInt64 = now) -> RecoveryOptions {
    var options = RecoveryOptions(now: now)
    options.segmentByteCount = 64 * 1024
    if isNew { options.newIdentity = 7 }
    return options
  }

  /// A journal that is being written: each command is a batch of its own, with a seal.
  private final class Writer {
    let log: LocalLog<SimulatedFiles>
    var machine: StateMachine
    var commit = GroupCommit(byteCountMax: 1 << 16)
    var number: UInt64 = 0

    /// Begins with GENESIS.
    init(_ files: SimulatedFiles, _ genesis: GenesisCommand) throws {
      (log, _) = try Recovery.open(files, options(isNew: true)) { _, _ in true }
      guard let machine = StateMachine(genesis: genesis) else { throw FileError(.create, path: "", number: 12) }
      self.machine = machine
    }

    /// Applies a command, unless it was, and appends it; false: the disk failed.
    func append(
      _ command: some WireCommand, isApplied: Bool = false, receipt: ReceiptKey? = nil, note: VerifiedNote? = nil
    ) -> Bool {
      let room = unsafe commit.room()
      var bytes = unsafe room.mutableBytes
      var builder = CommandBuilder(command, receipt: receipt, in: &bytes)
      if let note { builder.append(note, to: &bytes) }
      let byteCount = builder.finish(in: &bytes) ?? 0
      if !isApplied {
        var reply = [UInt8](repeating: 0, count: CoreLimits.replyByteCountMax)
        var span = reply.mutableSpan
        var body = unsafe span.mutableBytes
        let status = machine.apply(bytes.bytes.extracting(first: byteCount), reply: &body).status
        #expect(status == .ok)
      }
      commit.commit(byteCount: byteCount)
      let context = RecordContext(
        coreVersion: UInt16(CoreLimits.coreVersion), time: 1_000_000, stateDigest: machine.checkpointDigest)
      for isSeal in [false, true] {
        guard let batch = isSeal ? commit.nextSeal(context) : commit.nextBatch(context) else { continue }
        guard log.append(batch) == .durable else { return false }
        commit.appended()
      }
      return true
    }

    /// The same under the next receipt of the first session, whose id is 1.
    func appendNumbered(_ command: some WireCommand, note: VerifiedNote? = nil) -> Bool {
      number += 1
      return append(
        command, receipt: ReceiptKey(session: 1, number: number, digest: number, window: 1), note: note)
    }
  }

  /// A journal that has GENESIS, and then one ADVANCE after the other until it has begun so many segments, or the machine stops.
  private static func journal(_ files: SimulatedFiles = SimulatedFiles(), segmentCount: UInt64 = 1) throws
    -> SimulatedFiles
  {
    let writer = try Writer(files, .small)
    guard writer.append(GenesisCommand.small, isApplied: true) else { return files }
    while writer.log.segmentRange.upperBound < segmentCount {
      guard writer.append(AdvanceCommand(now: 1_000_000)) else { break }
    }
    return files
  }

  /// A journal with so many schedules of the most instalments there can be, one each second.
  private static func scheduled(_ scheduleCount: UInt32) throws -> SimulatedFiles {
    let files = SimulatedFiles()
    var genesis = GenesisCommand.small
    (genesis.claimCountMax, genesis.noteCountMax) = (scheduleCount, 2_048)
    let writer = try Writer(files, genesis)
    let name = try #require(Name32("resource"))
    let terms = Terms(
      price: 1, period: 1, throttledPrice: 1, shortest: 1, longest: 1_000, low: 0, throttle: 0, grace: 0, provision: 0, outage: 0,
      meter0: 0,
      meter1: 0, meter2: 0, meter3: 0, units: 1, policy: [])
    #expect(writer.append(genesis, isApplied: true))
    #expect(writer.append(OpenSessionCommand(sessionHash: Bytes16(low: 1, high: 1))))
    #expect(writer.appendNumbered(RegisterCommand(provider: 1, name: name, terms: terms)))
    let schedule = ScheduleCommand(
      resource: 1, keyHash: Bytes16(low: 1, high: 1), count: UInt32(WireLimits.instalmentCountMax), first: 0,
      interval: UInt64(WireLimits.instalmentMillisMin), label: Name32())
    for index in 0..<scheduleCount {
      #expect(writer.appendNumbered(IssueCommand(amount: 1_200, binding: 0, count: 1)))
      let note = VerifiedNote(keyEpoch: 1, serial: UInt64(index), amount: 1_200, binding: 0)
      #expect(writer.appendNumbered(schedule, note: note))
    }
    return files
  }

  private static func incarnation(of files: SimulatedFiles) throws(ResumptionError) -> UInt64 {
    var resumption = try Resumption(files, options(), genesis: .small) { _ in }
    return resumption.takeMachine()?.incarnation ?? 0
  }

  /// Whatever a crash leaves of a new segment: where the snapshot has all there is, it says how late it was.
  @Test func aClockFarAheadIsRefusedAtASnapshotToo() throws {
    let whole = try Self.journal(segmentCount: 2)
    var emptyCount = 0
    for call in (whole.callCount - 12)...whole.callCount {
      let files = SimulatedFiles(seed: UInt64(call))
      files.faults = [call: .crash]
      _ = try Self.journal(files, segmentCount: 2)
      files.crash()
      _ = try Snapshots.makeNext(in: files) { _, _ in }
      var options = Self.options()
      options.now += 8 * 86_400_000
      var startCount = 0
      do throws(ResumptionError) {
        _ = try Resumption(files, options, genesis: .small) {
          if case .replayBegins(after: 1...) = $0 { startCount += 1 }
        }
        Issue.record("call \(call): a broker starts a week late by itself")
      } catch {
        guard case .journal(.refused(let refusal)) = error else { throw error }
        #expect(refusal.recoveryCase == .clockAhead, "call \(call)")
      }
      let second = files.contents["journal-0000000000000002"]
      if startCount > 0, second?.dropFirst(512).allSatisfy({ $0 == 0 }) == true { emptyCount += 1 }
    }
    #expect(emptyCount > 0, "no crash left an empty segment behind a snapshot")
  }

  @Test func aRestoreIsANewLife() throws {
    let backup = try Self.journal()
    #expect(try Self.incarnation(of: SimulatedFiles(backup.contents)) == 1)
    for later in [nil, backup] {
      let target = SimulatedFiles()
      let report = try Restoration.run(backup, later: later, to: target, now: Self.now)
      #expect(report.incarnation == 2_000 && report.isLossy == (later == nil))
      target.crash()
      #expect(try Self.incarnation(of: target) == 2_000)
    }
    // The life that went on is nowhere else.
    backup.crash()
    do throws(ResumptionError) {
      _ = try Self.incarnation(of: backup)
      Issue.record("two brokers go on from one journal")
    } catch {
      guard case .journal(.refused(let refusal)) = error else { throw error }
      #expect(refusal.recoveryCase == .moved)
    }
    #expect(throws: RestorationError.self) {
      try Restoration.run(backup, later: backup, to: SimulatedFiles(), now: Self.now)
    }
  }

  /// What was due in the life that was is more than a batch of commands holds: 128 events are an ADVANCE, of 16 bytes.
  @Test func whatWasDueMeanwhileTakesAsManyBatchesAsItNeeds() throws {
    let count: UInt32 = 400
    let (backup, target, now) = (try Self.scheduled(count), SimulatedFiles(), UInt64(3_000_000))
    #expect(try Restoration.run(backup, to: target, now: now).incarnation == 3_000)
    target.crash()
    var resumption = try Resumption(target, Self.options(now: now), genesis: .small) { _ in }
    guard let machine = resumption.takeMachine() else { throw FileError(.read, path: "", number: 2) }
    let (reached, problem) = (machine.now, machine.checkInvariants())
    #expect(reached == now && problem == nil)
    guard case .reply(let status) = machine.status(1) else { throw FileError(.read, path: "", number: 2) }
    #expect(status.donations == UInt64(count) * 1_200)
  }

  /// The machine stops, or a call fails.
  @Test(arguments: [true, false])
  func whatIsCutShortDoesNotStart(isCrash: Bool) throws {
    let backup = try Self.journal()
    var (refusedCount, isWhole) = (0, false)
    for call in 1...200 {
      let target = SimulatedFiles(seed: UInt64(call))
      target.faults = [call: isCrash ? .crash : .fail(5)]
      if (try? Restoration.run(backup, to: target, now: Self.now)) != nil {
        isWhole = true
        break
      }
      isCrash ? target.crash() : target.kill()
      do throws(ResumptionError) {
        let incarnation = try Self.incarnation(of: target)
        #expect(incarnation == 2_000, "call \(call) leaves the life that was")
      } catch {
        guard case .journal(.refused(let refusal)) = error else {
          Issue.record("call \(call): \(error)")
          continue
        }
        #expect(refusal.recoveryCase == (target.contents.isEmpty ? .journalMissing : .backup), "call \(call)")
        refusedCount += 1
      }
    }
    #expect(isWhole && refusedCount > 10)
  }
}
