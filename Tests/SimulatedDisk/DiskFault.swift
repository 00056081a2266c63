/// What a simulated disk counts when it happens.
public enum DiskFault: String, CaseIterable, Sendable {
  /// The machine stopped in a call.
  case crashAtCall
  /// Of an unsynced write a part was kept.
  case tornWrite
  /// Of an unsynced write nothing was kept.
  case unsyncedWriteLost
  /// A new name, or the loss of one, was not kept.
  case unsyncedNameLost
  /// A write or a change of names failed.
  case failedCall
  /// A sync failed.
  case failedSync
  /// There was no room.
  case diskFull
  /// A write took less than it was given.
  case shortWrite
  /// A write landed elsewhere.
  case misdirectedWrite
  /// A write succeeded and did nothing.
  case lostWrite
  /// A byte changed by itself.
  case corruptedByte
}
