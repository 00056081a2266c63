import ArgumentParser
import Broker
import Glibc
import Inspection
import Journal

/// `turnpiked journal`
struct JournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Look into the journal, check it, export it, repair it.",
    discussion: """
      All but repair read only, and may be run beside the broker: what they see is then the journal of some moment, and its end
      may look like what a crash leaves.

      EXAMPLES
        turnpiked journal inspect --data turnpike-data
        turnpiked journal verify --data turnpike-data
        turnpiked journal export --json --data turnpike-data > commands.jsonl
        turnpiked journal repair --data turnpike-data --dry-run
      """,
    subcommands: [JournalInspect.self, JournalVerify.self, JournalExportCommand.self, JournalRepair.self])
}

/// `turnpiked journal inspect`
struct JournalInspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the segments, what is in them, and what a start would make of them.",
    discussion: """
      Reads everything once. Batches and commands are numbered from 1; ATTESTED is the newest batch that is known to have been
      durable: damage at or below it is never passed over.

      Exit status 0: shown, whatever it is; 2: there is no journal, or it cannot be read at all.

      EXAMPLES
        turnpiked journal inspect --data turnpike-data
        turnpiked journal inspect --json | jq -r .verdict
      """)

  @OptionGroup var data: DataDirectory
  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    try JournalAccess.reading(data) { reader, _ throws(FileError) in
      let summary = try JournalSummary(reader)
      writeLine(json ? summary.json(now: BrokerClock().now) : summary.text(now: BrokerClock().now))
    }
  }
}

/// `turnpiked journal verify`
struct JournalVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the whole journal, and replay it.",
    discussion: """
      Reads every record: checksums, the chain of hashes, what is attested. Then every command is applied again, and the state
      is compared with the one that the broker had at the end of each segment; that takes as much memory as a broker.
      Says what a start would do.

      Exit status 0: it is good; 1: something is wrong, and is named by file, byte and batch; 2: there is no journal, or it
      cannot be read at all.

      EXAMPLES
        turnpiked journal verify --data turnpike-data
        turnpiked journal verify --no-replay
      """)

  @OptionGroup var data: DataDirectory
  @Flag(inversion: .prefixedNo, help: "Apply the commands and compare states.")
  var replay = true

  func run() throws {
    let isGood = try JournalAccess.reading(data) { _, files throws(FileError) in
      let verification = try JournalVerification(files, isReplayed: replay)
      writeLine(verification.text(now: BrokerClock().now))
      return verification.isGood
    }
    if !isGood { throw ExitCode(1) }
  }
}

/// `turnpiked journal export`
struct JournalExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print the commands as JSON, one object a line.",
    discussion: """
      Each line has the command's sequence and batch, the broker's clock ("time", milliseconds since 1970), its kind, and all its
      fields by the names of proto-spec/turnpike.toml: "fields", and where there are some "receipt", "records" and "notes".
      Ids, and other numbers of 64 bits that are neither amounts nor times, are strings, since many readers keep only 53 bits
      of a number; amounts, durations and instants are numbers, written out exactly; 16-byte values are 32 hexadecimal digits;
      flags are lists of names. There are no secrets in it: a command has hashes of keys, and no note that could be spent.

      Exit status 0: everything that was asked for is printed; 2: there is no journal, or it cannot be read to the end of what
      was asked for: the lines are then of what is before.

      EXAMPLES
        turnpiked journal export --json --data turnpike-data > commands.jsonl
        turnpiked journal export --json --from 1000 --to 1999 | jq 'select(.kind == "FUND") | .fields.lease'
      """)

  @OptionGroup var data: DataDirectory
  @Flag(help: "As JSON; there is no other form.")
  var json = false
  @Option(help: ArgumentHelp("The first command.", valueName: "sequence"))
  var from: UInt64 = 1
  @Option(help: ArgumentHelp("The last command.", valueName: "sequence"))
  var to: UInt64 = .max

  func validate() throws {
    guard json else { throw ValidationError("--json: there is no other form") }
    guard from <= to else { throw ValidationError("--from: at most --to") }
  }

  func run() throws {
    var export = JournalExport(from...to)
    try JournalAccess.reading(data) { reader, _ throws(FileError) in
      try export.run(reader) { writeBytes($0[...]) }
    }
    if let fault = export.fault {
      throw JournalAccess.unreadable(
        data.journalPath, "\(fault); \(export.commandCount) commands before it were exported")
    }
  }
}

/// `turnpiked journal repair`
struct JournalRepair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a journal start again that a start refuses.",
    discussion: """
      Keeps the longest beginning that is whole: cuts what is behind it in its segment, writes headers again that were lost,
      and moves aside what does not belong. It deletes nothing: what it changes or moves stays beside the journal, in files
      that begin with "aside-". It prints what goes first, and with --dry-run that is all.

      Commands that are cut never happened, and somebody may have been told of them. So where something goes that may have
      been acknowledged, it wants --accept-loss, and what is left is then a backup: no broker starts from it, and "turnpiked
      restore --backup DIR" makes a new life of it, in which ids and epochs go on above all that were given, and old notes
      wait for "turnpike accept-loss". A backup that is younger is better. No broker may run: repair takes its lock.

      Exit status 0: repaired, or nothing to repair, or the plan is printed; 1: cannot be repaired, or --accept-loss is
      missing: nothing was changed; 2: there is no journal, or it cannot be read or written, or a broker runs.

      EXAMPLES
        turnpiked journal repair --data turnpike-data --dry-run
        turnpiked journal repair --data turnpike-data --accept-loss
      """)

  @OptionGroup var data: DataDirectory
  @Flag(help: "Print the plan and change nothing.")
  var dryRun = false
  @Flag(help: "Go on although something goes that may have been acknowledged.")
  var acceptLoss = false

  func run() throws {
    let plan = try JournalAccess.catching {
      let files = try PosixFiles(path: data.journalPath, isExclusive: !dryRun)
      let reader = try JournalReader(files)
      if reader.segments.isEmpty { throw JournalAccess.missing(data) }
      let plan = try RepairPlan.make(for: files)
      writeLine(plan.text)
      if let mark = reader.mark { writeLine("a start would be refused all the same: \(mark.explanation)") }
      if plan.obstacle == nil, !dryRun, !plan.mayLose || acceptLoss { try plan.apply(to: files) }
      return plan
    }
    if plan.obstacle != nil { throw ExitCode(1) }
    if dryRun || plan.steps.isEmpty { return }
    if plan.mayLose, !acceptLoss {
      throw CleanExit.fault("nothing was changed: --accept-loss says that what goes may go")
    }
    writeLine(
      "repaired; \"turnpiked audit\" checks the books of what is left"
        + (plan.mayLose ? "; \"turnpiked restore --backup \(data.path) --data NEWDIR\" makes a broker of it" : ""))
  }
}

/// How the journal's tools reach it, and what they say when they cannot.
enum JournalAccess {
  /// Reads the journal, which must have a segment.
  static func reading<Result>(
    _ data: DataDirectory, _ body: (JournalReader<PosixFiles>, PosixFiles) throws(FileError) -> Result
  ) throws -> Result {
    try catching {
      let files = try PosixFiles(path: data.journalPath, isExclusive: false)
      let reader = try JournalReader(files)
      if reader.segments.isEmpty { throw missing(data) }
      return try body(reader, files)
    }
  }

  /// A call that fails is exit status 2.
  static func catching<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FileError {
      throw unreadable(error)
    }
  }

  /// There is nothing to look at.
  static func missing(_ data: DataDirectory) -> any Error { unreadable(data.journalPath, "there is no journal in it") }

  static func unreadable(_ path: String, _ why: String) -> any Error {
    writeLine("turnpiked: \(path): \(why)", to: STDERR_FILENO)
    return ExitCode(2)
  }

  static func unreadable(_ error: FileError) -> any Error {
    writeLine("turnpiked: \(error)", to: STDERR_FILENO)
    return ExitCode(2)
  }
}
