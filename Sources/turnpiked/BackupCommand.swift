import ArgumentParser
import Broker
import Glibc
import Inspection
import Journal
import Replay
import WireProtocol

/// `turnpiked backup`
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the journal, beside the broker or without it.",
    discussion: """
      Copies the newest snapshot and every whole record of the journal into NEWDIR/journal, and makes it durable. It checks
      each record on the way, and takes no lock. The master key is not in it: keep a copy of DIR/master.key somewhere else.

      No broker starts from a backup: it would take every note again that was taken since. "turnpiked restore" makes a broker
      of it. "turnpiked audit" and "turnpiked journal" read it as they read any journal.

      Exit status 0: done; 1: the journal is not one that a start would take, or NEWDIR is not empty; 2: something cannot
      be read or written. What is in NEWDIR then is of no use.

      EXAMPLE
        turnpiked backup --data /var/lib/turnpike --to /mnt/backup/monday
      """)

  @OptionGroup var data: DataDirectory
  @Option(help: ArgumentHelp("Where the backup goes: a directory that is not there or empty.", valueName: "newdir"))
  var to: String

  func run() throws {
    let source = try BackupAccess.open(data.journalPath)
    let target = try BackupAccess.make(to)
    let report: BackupReport
    do { report = try Backup.copy(source, to: target) } catch { throw BackupAccess.fault(error, to) }
    writeLine(
      "shown: batches=\(report.position.batch) commands=\(report.position.sequence) segments=\(report.segmentCount)"
        + " snapshot=\(report.snapshot ?? 0) until=\(InstantText.encode(report.time))")
  }
}

/// `turnpiked restore`
struct RestoreBackup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a broker of a backup, which begins a new life.",
    discussion: """
      Copies the backup into DIR/journal, replays all of it, compares it with every digest of the broker that wrote it, and
      begins a new life: notes of the key epochs before are refused (RESTORE_IN_PROGRESS, NOT_TAKEN), since the life that was lost
      may have taken them; sessions are dropped; ids and epochs go on where no lost life has been. New notes are money at
      once. "turnpike accept-loss" takes the old notes again: it says first what that can cost at most, which is printed here
      too. Ecash waits for it as well: none is taken, and no mint is asked about money. Then each mint is asked what the lost
      life did there, and what it signed for the broker comes in: "turnpike treasury" tells what was found, and what is lost.

      With --later, the journal as it was when the last life ended (from the disk that was recovered), nothing is lost: what
      follows the backup is taken from there, no note is refused, and sessions go on. It must be that journal: one that is
      older than the broker's last reply, as a copy made while it ran, is a loss, and nothing here can tell. No broker may run
      with it, and none starts from it afterwards: it gets the mark "moved".

      Put the copy of master.key into DIR before the broker is started. Let ten seconds pass between two restores of one backup:
      a life's number is the second in which it begins, and key epochs of its rotations follow on.

      Exit status 0: done; 1: refused, and DIR is of no use; 2: something cannot be read or written.

      EXAMPLES
        turnpiked restore --backup /mnt/backup/monday --data /var/lib/turnpike-2
        turnpiked restore --backup /mnt/backup/monday --later /mnt/old-disk/turnpike/journal --data /var/lib/turnpike-2
      """)

  @Option(help: ArgumentHelp("What \"turnpiked backup\" made.", valueName: "dir"))
  var backup: String
  @Option(help: ArgumentHelp("Directory of the same broker's later journal.", valueName: "journaldir"))
  var later: String?
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp("Data directory to make: not there, or without a journal.", valueName: "dir"))
  var path: String

  func run() throws {
    let source = try BackupAccess.open(backup + "/journal")
    let laterPath = later.map { unsafe access($0 + "/journal", F_OK) == 0 ? $0 + "/journal" : $0 }
    let laterFiles = try laterPath.map { try BackupAccess.open($0, isExclusive: true) }
    let target = try BackupAccess.make(path)
    let report: RestorationReport
    do {
      report = try Restoration.run(source, later: laterFiles, to: target, now: BrokerClock().now)
    } catch {
      throw BackupAccess.fault(error, path, from: backup, later: laterPath ?? "")
    }
    tell(report)
  }

  private func tell(_ report: RestorationReport) {
    let kept = report.kept
    let unit = report.unit.string
    writeLine("restored: \(kept.position.sequence) commands, until \(InstantText.encode(kept.time))")
    writeLine("incarnation \(report.incarnation)")
    guard report.isLossy else {
      writeLine("nothing is lost, if the later journal is that of the last life's end")
      return
    }
    writeLine("notes of before are refused until \"turnpike accept-loss\"; the most that can be taken twice then:")
    writeLine("  \(report.quarantinedAmount) \(unit)")
    writeLine("ecash waits for it too: then each mint is asked what the lost life did there")
    writeLine("what the lost life may have paid out already, and this one owes still:")
    for account in Account.allCases {
      guard let name = account.nameOfDebt else { continue }
      let balance = report.figures.first { $0.account == account }?.balance ?? 0
      writeLine("  \(balance) \(unit) \(name)")
    }
  }
}

extension Account {
  /// What money of this account is called that the broker owes somebody, who may have had it paid out; nil for an account of the notes
  /// that are out, and for what is no balance.
  fileprivate var nameOfDebt: String? {
    switch self {
    case .pursesOwn: "own money of leases"
    case .pursesGiven: "given money of leases"
    case .reservations: "reservations"
    case .donationPurses: "donations"
    case .refundsDue: "refunds"
    case .providerEarnings: "earnings of providers"
    case .operatorFees: "fees"
    case .chainDeposits: "deposits of hash chains"
    case .matchingDeposits: "matching deposits"
    case .scheduledPledges: "scheduled pledges"
    case .campaignPledges: "pledges to campaigns"
    case .claimsDue: "refunds of funders"
    case .investments: "investments"
    case .bids: "bids"
    case .held: "money of leases that agents provision"
    case .payouts: "payouts in ecash"
    case .investorEarnings: "earnings of investors"
    case .operatorFloat, .ecash, .notesOutstanding, .notesExpired, .notesIssuedCount, .notesIssuedAmount,
      .notesTakenCount, .notesTakenAmount,
      .notesQuarantined:
      nil
    }
  }
}

/// How backup and restore reach directories, and what they say when they cannot.
enum BackupAccess {
  static func open(_ path: String, isExclusive: Bool = false) throws -> PosixFiles {
    try JournalAccess.catching { try PosixFiles(path: path, isExclusive: isExclusive) }
  }

  /// Makes a data directory with a journal's; nobody else may work in it meanwhile.
  static func make(_ path: String) throws -> PosixFiles {
    var data = DataDirectory()
    data.path = path
    try data.make(withJournal: true)
    return try open(data.journalPath, isExclusive: true)
  }

  static func fault(_ error: BackupError, _ path: String, from source: String = "", later: String = "") -> any Error {
    switch error {
    case .file(let error): unreadable(error)
    case .refused(let refusal): CleanExit.fault((source.isEmpty ? "" : "\(source): ") + refusal.explanation)
    case .laterRefused(let refusal): CleanExit.fault("\(later): \(refusal.explanation)")
    case .notEmpty: CleanExit.fault("\(path)/journal is not empty: name a directory that is not there")
    }
  }

  static func fault(_ error: RestorationError, _ path: String, from source: String, later: String) -> any Error {
    switch error {
    case .backup(let error): fault(error, path, from: source, later: later)
    case .recovery(.file(let error)), .file(let error): unreadable(error)
    case .recovery(.refused(let refusal)): CleanExit.fault(refusal.explanation)
    case .recovery(.stopped(let batch)): CleanExit.fault("stopped at batch \(batch)")
    case .replay(let fault): CleanExit.fault("the backup is of no use: \(fault.explanation)")
    case .refused(let status, let detail):
      CleanExit.fault("no new life can begin: \(status.specificationName), \(detail)")
    case .clockBehind(let time):
      CleanExit.fault(
        "the clock stands before the last record (\(InstantText.encode(time))), and the new life's number is its time: set it"
      )
    }
  }

  private static func unreadable(_ error: FileError) -> any Error { JournalAccess.unreadable(error) }
}
