internal import CCrypto
internal import Glibc
public import TurnpikeCrypto
public import WireProtocol

/// Somebody who has a role key: a role and a number.
public struct RoleHolder: Hashable, Sendable {
  /// Operator or provider.
  public let role: Role
  /// 0 for the operator, else the provider's number.
  public let id: UInt64

  /// Both.
  public init(role: Role, id: UInt64) {
    (self.role, self.id) = (role, id)
  }
}

/// The file that every secret of a broker is made from, loaded.
///
/// The file is text (`MasterKeyText`), belongs to the broker's user and is accessible to nobody else; anything else is
/// refused. It is created once, never overwritten with another key, and changed only by putting a whole new file in its
/// place, so that a crash leaves the old content or the new one. A crash in between can leave a file beside it whose name
/// ends in ".new", which is as secret as the file itself and may be deleted.
///
/// Of the key only what `KeyDerivation` needs stays in memory. For start-up and operators' commands: every method but
/// `generation(of:)`, `identity(of:)` and `keys` does I/O and blocks.
public struct MasterKeyFile: ~Copyable {
  /// Everything that is derived from the master key.
  public let keys: KeyDerivation
  /// Files replaced by others while we wait for the lock, before giving up.
  private static let lockAttemptCountMax = 64

  private let path: String
  /// Generations above 0, as they were when the file was loaded or last reloaded.
  public private(set) var generations: [RoleHolder: UInt32]

  private init(path: String, text: borrowing MasterKeyText) {
    self.path = path
    keys = KeyDerivation(masterKey: text.key)
    generations = text.generations
  }

  /// Loads the file at `path`.
  public static func load(path: String) throws(MasterKeyFileError) -> MasterKeyFile {
    let file = try KeyFileDescriptor.openExisting(path)
    return MasterKeyFile(path: path, text: try text(of: file))
  }

  /// Loads the file at `path`; where there is none, first makes one with a new random key. Of several who do so at once,
  /// one makes it and all load the same key. On return the file survives a power failure.
  public static func loadOrCreate(path: String) throws(MasterKeyFileError) -> MasterKeyFile {
    let directory = try KeyFileDirectory(of: path)
    do throws(MasterKeyFileError) {
      let file = try load(path: path)
      // Whoever made the file may not have come as far as this.
      try directory.synchronize()
      return file
    } catch {
      guard error == .notFound else { throw error }
    }
    guard let key = SecretKey.random() else { throw .noRandomBytes }
    try directory.write(MasterKeyText(key: key), replacing: false)
    // What is there now is ours, or that of somebody who was quicker.
    return try load(path: path)
  }

  /// Gives up the file and keeps what is derived from its key.
  public consuming func takeKeys() -> KeyDerivation { keys }

  /// The current generation of a holder's key.
  public func generation(of holder: RoleHolder) -> UInt32 { generations[holder] ?? 0 }

  /// The holder with the current generation: what `keys` makes the current role key of.
  public func identity(of holder: RoleHolder) -> RoleIdentity {
    RoleIdentity(role: holder.role, id: holder.id, generation: generation(of: holder))
  }

  /// Makes the keys that the holder has worthless, by raising the generation in the file, and returns the new one. What
  /// others wrote to the file since it was loaded is kept, and known afterwards. A broker that runs learns it by `reload`.
  public mutating func raiseGeneration(of holder: RoleHolder) throws(MasterKeyFileError) -> UInt32 {
    let directory = try KeyFileDirectory(of: path)
    let lock = try openLocked()
    var text = try Self.text(of: lock)
    try checkKey(of: text)
    let (raised, overflow) = (text.generations[holder] ?? 0).addingReportingOverflow(1)
    guard !overflow, text.setGeneration(raised, of: holder) else { throw .generationLimit }
    try directory.write(text, replacing: true)
    lock.close()
    generations = text.generations
    return raised
  }

  /// Takes over the generations that the file holds now. Its key must be the one that was loaded.
  public mutating func reload() throws(MasterKeyFileError) {
    let file = try KeyFileDescriptor.openExisting(path)
    let text = try Self.text(of: file)
    try checkKey(of: text)
    generations = text.generations
  }

  /// The file, locked against others who want to change it. Whoever held the lock before may have put a new file in its
  /// place: then the lock is on what was there, and has to be taken again.
  private func openLocked() throws(MasterKeyFileError) -> KeyFileDescriptor {
    for _ in 0..<Self.lockAttemptCountMax {
      let file = try KeyFileDescriptor.openExisting(path)
      try file.lock()
      if try file.isNamed(path) { return file }
    }
    throw .contended
  }

  private func checkKey(of text: borrowing MasterKeyText) throws(MasterKeyFileError) {
    let check = KeyDerivation(masterKey: text.key).value(.masterKeyCheck)
    guard check == keys.value(.masterKeyCheck) else { throw .keyChanged }
  }

  private static func text(of file: borrowing KeyFileDescriptor) throws(MasterKeyFileError) -> MasterKeyText {
    try file.withContent(byteCountMax: MasterKeyText.byteCountMax) { bytes throws(MasterKeyFileError) in
      try MasterKeyText(bytes)
    }
  }
}
