internal import BrokerCore
public import Journal
public import WireProtocol

/// What a journal's broker began with: the first command of all, on which its secrets depend beside the master key.
public enum JournalGenesis {
  /// Of the journal's first record; where that was dropped, of its newest good snapshot, which takes as much memory as
  /// a broker. Nil: neither is there, or it is damaged.
  public static func read<Files: JournalFiles>(in files: Files) throws(FileError) -> GenesisCommand? {
    var genesis: GenesisCommand?
    try JournalReader(files).records { record, commands in
      guard record.kind == .commands else { return true }
      if record.firstSequence == 1, let view = CommandView(commands, at: 0), view.header.kind == .genesis,
        view.byteCount <= commands.byteCount
      {
        genesis = GenesisCommand(commands.extracting(0..<view.byteCount), at: view.fixedOffset)
      }
      return false
    }
    if let genesis { return genesis }
    guard let replay = try Snapshots.newest(in: files, { _, _ in }), let machine = replay.finish() else { return nil }
    return machine.genesis
  }
}
