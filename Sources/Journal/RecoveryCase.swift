/// Everything that a start can find, by name; `decision` says what is done about it. `RecoveryTable` says when which applies.
public enum RecoveryCase: String, CaseIterable, Sendable {
  // The directory.

  /// No segment, and none is expected: a new journal begins.
  case noJournal
  /// No segment, or none that reaches back to the start position, but one is expected: somebody removed it.
  case journalMissing

  /// A backup, or a restore that was not finished: what was done since is not in it.
  case backup
  /// A restore without loss made another directory of it: whoever went on here too would take every note that is taken there.
  case moved

  // A segment, in the order of their names.

  /// A segment of this journal that follows the one before.
  case segment
  /// Written by a later version, or with features that this one does not know. Its bytes are not looked at.
  case newerFormat
  /// Of another journal: its identity, or its shard, is another.
  case foreignSegment
  /// The name is not that of its number: a copy, or renamed by hand.
  case misnamedSegment
  /// Segments between the one before and this one are gone.
  case missingSegment
  /// The file is shorter than its header says. It had its whole size before it had its name.
  case shortSegment
  /// The last segment's header changed before a record came into it. The header is written again: nothing else was in it.
  case unusedHeaderDamaged
  /// The header of a segment that was used changed.
  case usedHeaderDamaged

  // The place in a segment where the next record should be.

  /// The next record.
  case record
  /// The next record by place and hash, of a term that was over: nobody was told of it. It is passed over.
  case lowerTerm
  /// A whole record that does not follow: a write went astray, or somebody put files together.
  case chainBroken
  /// No whole record where a later one, or a later segment, attests that there was one.
  case corruption
  /// Nothing more in this segment, and the next one goes on.
  case segmentEnd
  /// Nothing more.
  case cleanEnd
  /// Parts of records that nobody was told of: the crash came before they were durable. They are cut.
  case tornTail

  // The end, against the start position and the clock.

  /// The journal ends before the position from which to start, or has another history there.
  case otherHistory
  /// The clock stands before the last record's time by more than `clockBehindMillisecondsMax`.
  case clockBehind
  /// The clock stands after it by more than `clockAheadMillisecondsMax`.
  case clockAhead
  /// Ready.
  case ready

  /// What is done.
  public enum Decision: Sendable {
    case create, goOn, rewriteHeader, passOver, cut, finish, refuse
  }

  /// What is done about it.
  public var decision: Decision {
    switch self {
    case .noJournal: .create
    case .segment, .record, .segmentEnd: .goOn
    case .unusedHeaderDamaged: .rewriteHeader
    case .lowerTerm: .passOver
    case .tornTail: .cut
    case .cleanEnd, .ready: .finish
    case .journalMissing, .backup, .moved, .newerFormat, .foreignSegment, .misnamedSegment, .missingSegment,
      .shortSegment,
      .usedHeaderDamaged, .chainBroken, .corruption, .otherHistory, .clockBehind, .clockAhead:
      .refuse
    }
  }
}
