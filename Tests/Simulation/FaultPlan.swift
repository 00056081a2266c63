import SimulatedDisk

/// What goes wrong in one life of the broker, and how it ends.
struct FaultPlan {
  enum Ending: CaseIterable {
    /// Power fails in a call of the disk; between two calls.
    case crashInCall, crash
    /// The process is killed; ends in order.
    case kill, stop
    /// A sync, or any call, fails: the process ends, and perhaps the machine with it.
    case failingSync, failingCall
    /// A write is lost, or goes astray, and the disk says nothing.
    case lostWrite, misdirectedWrite
    /// A byte changes while the broker is down.
    case corruption
  }

  /// What goes wrong at a call of the disk while a snapshot is written or journal dropped.
  struct SnapshotFault {
    let callCount: Int
    let fault: SimulatedFiles.Fault
  }

  let ending: Ending
  /// After how many calls of the disk, of those that change something.
  let callCount: Int
  /// After how many accepted requests it ends anyway.
  let acceptedCountMax: Int
  let isShortOfSpace: Bool
  let hasShortWrites: Bool
  /// Power fails once more while the broker starts after it, at this call.
  let crashAtRecoveryCall: Int?
  let snapshotFault: SnapshotFault?

  init(_ chance: inout Chance) {
    let endings: [Ending] = [
      .crashInCall, .crashInCall, .crashInCall, .crash, .crash, .kill, .stop, .failingSync, .failingCall, .lostWrite,
      .misdirectedWrite, .corruption,
    ]
    ending = chance.pick(endings) ?? .crash
    callCount = 1 + chance.below(160)
    acceptedCountMax = 150 + chance.below(500)
    isShortOfSpace = chance.oneIn(5)
    hasShortWrites = chance.oneIn(3)
    crashAtRecoveryCall = chance.oneIn(3) ? 1 + chance.below(6) : nil
    // A crash right after a lie is two faults at once: nothing attests yet what is missing.
    let lies = ending == .lostWrite || ending == .misdirectedWrite
    let faults: [SimulatedFiles.Fault] = lies ? [] : [.crash, .crash, .crash, .fail(28), .fail(5), .lost]
    snapshotFault = chance.pick(faults).flatMap { [callCount = 1 + chance.below(9)] in
      chance.oneIn(2) ? SnapshotFault(callCount: callCount, fault: $0) : nil
    }
  }

  /// Arms the disk.
  func arm(_ files: SimulatedFiles, _ chance: inout Chance) {
    let at = files.callCount + callCount
    switch ending {
    case .crashInCall: files.faults[at] = .crash
    case .failingSync, .failingCall:
      // Whatever kind that call will be; for `failingSync` several in a row, one of which is a sync.
      for call in at...(at + (ending == .failingSync ? 1 : 0)) { files.faults[call] = .fail(chance.oneIn(3) ? 28 : 5) }
    case .lostWrite: for call in [at, at + 1] { files.faults[call] = .lost }
    case .misdirectedWrite:
      let distance = (1 + chance.below(8)) * 512 * (chance.oneIn(2) ? 1 : -1)
      files.faults[at] = .misdirected(distance)
      files.faults[at + 1] = .misdirected(distance)
    case .crash, .kill, .stop, .corruption: break
    }
    for _ in 0..<(hasShortWrites ? 8 : 0) {
      let call = files.callCount + 1 + chance.below(160)
      if files.faults[call] == nil { files.faults[call] = .short(1 + chance.below(700)) }
    }
    if isShortOfSpace {
      let used = files.contents.values.reduce(0) { $0 + $1.count }
      files.capacity = used + 40_000
    }
  }
}
