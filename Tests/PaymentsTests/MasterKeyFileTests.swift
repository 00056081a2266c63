import Glibc
import Testing
import TurnpikeCrypto
import WireProtocol

import Payments

/// Everything a test wants to know of a loaded file: its key's check value, or why it could not be loaded.
private enum Loaded: Equatable {
  case key(Bytes16)
  case fault(MasterKeyFileError)

  static func load(_ path: String, creating: Bool = false) -> Loaded {
    do throws(MasterKeyFileError) {
      let file = creating ? try MasterKeyFile.loadOrCreate(path: path) : try MasterKeyFile.load(path: path)
      return .key(file.keys.value(.masterKeyCheck))
    } catch {
      return .fault(error)
    }
  }

  var key: Bytes16? { if case .key(let key) = self { key } else { nil } }
}

private let version = "turnpike-master-key 1\n"
private let keyLine = "key " + String(repeating: "5a", count: 32) + "\n"
private let provider7 = RoleHolder(role: .provider, id: 7)

@Suite struct MasterKeyFileTests {
  @Test func theFirstStartMakesAKeyThatStays() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/master.key"
    #expect(Loaded.load(path) == .fault(.notFound))
    let made = Loaded.load(path, creating: true)
    #expect(made.key != nil)
    #expect(try directory.names() == ["master.key"])
    #expect(try directory.mode(of: "master.key") == 0o600)
    let text = try directory.read("master.key")
    #expect(text.wholeMatch(of: /turnpike-master-key 1\nkey [0-9a-f]{64}\n/) != nil)
    #expect(Loaded.load(path) == made)
    #expect(Loaded.load(path, creating: true) == made)
    #expect(try directory.read("master.key") == text)
  }

  @Test func twoFilesHaveTwoKeys() throws {
    let directory = try TemporaryDirectory()
    let first = Loaded.load(directory.path + "/a", creating: true)
    let second = Loaded.load(directory.path + "/b", creating: true)
    #expect(first.key != nil && second.key != nil && first != second)
  }

  @Test func theKeyInTheFileIsTheKeyThatIsUsed() throws {
    let directory = try TemporaryDirectory()
    try directory.write(version + keyLine, to: "k")
    let expected = KeyDerivation(masterKey: try SecretKey.repeating(0x5a)).value(.masterKeyCheck)
    #expect(Loaded.load(directory.path + "/k") == .key(expected))
  }

  @Test func onlyTheOwnerMayHaveAccess() throws {
    let directory = try TemporaryDirectory()
    try directory.write(version + keyLine, to: "k")
    for bits in mode_t(0)...0o77 {
      #expect(unsafe chmod(directory.path + "/k", 0o600 | bits) == 0)
      let loaded = Loaded.load(directory.path + "/k", creating: true)
      if bits == 0 {
        #expect(loaded.key != nil)
      } else {
        #expect(loaded == .fault(.accessibleToOthers(mode: 0o600 | bits)))
      }
    }
  }

  @Test func onlyARegularFileOfOurOwnIsUsed() {
    let regular = S_IFREG | 0o600
    #expect(KeyFileDescriptor.fault(mode: regular, owner: 5, user: 5) == nil)
    #expect(KeyFileDescriptor.fault(mode: S_IFREG | 0o400, owner: 5, user: 5) == nil)
    #expect(KeyFileDescriptor.fault(mode: regular, owner: 6, user: 5) == .foreignOwner(userID: 6))
    #expect(KeyFileDescriptor.fault(mode: regular, owner: 6, user: 0) == .foreignOwner(userID: 6))
    #expect(KeyFileDescriptor.fault(mode: S_IFREG | 0o640, owner: 5, user: 5) == .accessibleToOthers(mode: 0o640))
    for type in [S_IFDIR, S_IFIFO, S_IFCHR, S_IFSOCK, S_IFBLK] {
      #expect(KeyFileDescriptor.fault(mode: type | 0o600, owner: 5, user: 5) == .notRegularFile)
    }
  }

  @Test func linksPipesAndDirectoriesAreRefused() throws {
    let directory = try TemporaryDirectory()
    try directory.write(version + keyLine, to: "k")
    #expect(unsafe symlink(directory.path + "/k", directory.path + "/link") == 0)
    #expect(unsafe symlink(directory.path + "/nothing", directory.path + "/dangling") == 0)
    #expect(unsafe mkfifo(directory.path + "/pipe", 0o600) == 0)
    #expect(unsafe mkdir(directory.path + "/directory", 0o700) == 0)
    for name in ["link", "dangling", "pipe", "directory"] {
      #expect(Loaded.load(directory.path + "/" + name, creating: true) == .fault(.notRegularFile), "\(name)")
    }
    #expect(Loaded.load(directory.path + "/", creating: true) == .fault(.notRegularFile))
    #expect(
      Loaded.load(directory.path + "/none/k", creating: true) == .fault(.system(call: "open", errorNumber: ENOENT)))
    #expect(try directory.names() == ["dangling", "directory", "k", "link", "pipe"])
  }

  @Test func aFileThatIsNoKeyFileStaysAsItIs() throws {
    let directory = try TemporaryDirectory()
    for text in ["", "something else\n", version] {
      try directory.write(text, to: "k")
      #expect(Loaded.load(directory.path + "/k", creating: true) == .fault(.line(text == version ? 2 : 1)))
      #expect(try directory.read("k") == text)
    }
  }

  @Test func ofManyWhoCreateItOneDoes() throws {
    for _ in 0..<20 {
      let directory = try TemporaryDirectory()
      let path = directory.path + "/k"
      let loaded = race(threadCount: 8) { Loaded.load(path, creating: true) }
      #expect(loaded.count == 8)
      #expect(loaded.allSatisfy { $0.key != nil && $0 == loaded[0] })
      #expect(try directory.names() == ["k"])
    }
  }

  /// What the one who was slower does, whatever the threads of the test above did.
  @Test func aFileThatIsThereIsNotReplacedByANewKey() throws {
    let directory = try TemporaryDirectory()
    try directory.write("anything", to: "k")
    try KeyFileDirectory(of: directory.path + "/k").write(
      MasterKeyText(key: try SecretKey.repeating(1)), replacing: false)
    #expect(try directory.read("k") == "anything")
    #expect(try directory.names() == ["k"])
  }

  /// The lock is on a file, not on its name: whoever waited for it must look again.
  @Test func aFileKnowsWhenAnotherTookItsPlace() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/k"
    _ = Loaded.load(path, creating: true)
    let file = try KeyFileDescriptor.openExisting(path)
    var isNamed = [try file.isNamed(path)]
    try KeyFileDirectory(of: path).write(MasterKeyText(key: try SecretKey.repeating(1)), replacing: true)
    isNamed.append(try file.isNamed(path))
    #expect(unsafe unlink(path) == 0)
    isNamed.append(try file.isNamed(path))
    #expect(isNamed == [true, false, false])
  }

  @Test func raisingAGenerationIsKept() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/k"
    var file = try MasterKeyFile.loadOrCreate(path: path)
    let key = file.keys.value(.masterKeyCheck)
    var other = try MasterKeyFile.load(path: path)
    let raised = [
      try file.raiseGeneration(of: provider7), try file.raiseGeneration(of: provider7),
      try other.raiseGeneration(of: RoleHolder(role: .operator, id: 0)),
    ]
    #expect(raised == [1, 2, 1])
    // The second saw what the first had written; the first sees the second's after a reload.
    let identity = other.identity(of: provider7)
    #expect(identity == RoleIdentity(role: .provider, id: 7, generation: 2))
    let before = file.generation(of: RoleHolder(role: .operator, id: 0))
    try file.reload()
    let after = file.generation(of: RoleHolder(role: .operator, id: 0))
    #expect([before, after] == [0, 1])
    #expect(try directory.read("k").hasSuffix("\ngeneration operator 0 1\ngeneration provider 7 2\n"))
    #expect(try directory.mode(of: "k") == 0o600)
    #expect(try directory.names() == ["k"])
    #expect(Loaded.load(path) == .key(key))
  }

  @Test func ofManyWhoRaiseItEachIsKept() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/k"
    _ = Loaded.load(path, creating: true)
    let raised = race(threadCount: 4) {
      (0..<16).map { _ -> UInt32? in
        guard var file = try? MasterKeyFile.load(path: path) else { return nil }
        return try? file.raiseGeneration(of: provider7)
      }
    }
    #expect(raised.joined().compactMap(\.self).sorted() == Array(1...64))
    #expect(try directory.names() == ["k"])
  }

  @Test func anotherKeyInItsPlaceIsNotTakenOver() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/k"
    var file = try MasterKeyFile.loadOrCreate(path: path)
    try directory.write(version + keyLine, to: "k")
    #expect(throws: MasterKeyFileError.keyChanged) { try file.reload() }
    #expect(throws: MasterKeyFileError.keyChanged) { _ = try file.raiseGeneration(of: provider7) }
    #expect(try directory.read("k") == version + keyLine)
  }

  @Test func aGenerationThatCannotBeKeptIsRefused() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/k"
    let full = (0..<MasterKeyText.generationCountMax).map { "generation provider \($0) \(UInt32.max)\n" }.joined()
    try directory.write(version + keyLine + full, to: "k")
    var file = try MasterKeyFile.load(path: path)
    #expect(throws: MasterKeyFileError.generationLimit) { _ = try file.raiseGeneration(of: provider7) }
    #expect(throws: MasterKeyFileError.generationLimit) {
      _ = try file.raiseGeneration(of: RoleHolder(role: .operator, id: 0))
    }
    #expect(try directory.read("k") == version + keyLine + full)
    #expect(try directory.names() == ["k"])
  }

  @Test func everyLineIsReadStrictly() throws {
    let directory = try TemporaryDirectory()
    let longest = "generation provider \(UInt64.max) \(UInt32.max)\n"
    let accepted = ["", "generation operator 0 0\n", longest, "generation provider 7 1\ngeneration operator 7 2\n"]
    for text in accepted {
      try directory.write(version + keyLine + text, to: "k")
      #expect(Loaded.load(directory.path + "/k").key != nil, "\(text)")
    }
    let refused: [(String, Int)] = [
      ("turnpike-master-key 2\n" + keyLine, 1), (" " + version + keyLine, 1), (version + "\n" + keyLine, 2),
      (version + keyLine.uppercased(), 2), (version + keyLine.replacing("5a\n", with: "5g\n"), 2),
      (version + keyLine.replacing("5a\n", with: "5\n"), 2), (version + keyLine.replacing("5a\n", with: "5a5a\n"), 2),
      (version + keyLine.replacing("5a\n", with: "5A\n"), 2), (version + keyLine.dropLast(), 2),
      (version + keyLine + "\n", 3), (version + keyLine + "# a comment\n", 3), (version + keyLine + "\u{0}", 3),
      (version + keyLine + "generation provider 7 1", 3), (version + keyLine + "generation provider 7\n", 3),
      (version + keyLine + "generation provider 7 1 \n", 3), (version + keyLine + "generation  provider 7 1\n", 3),
      (version + keyLine + "generation agents 7 1\n", 3), (version + keyLine + "generation none 7 1\n", 3),
      (version + keyLine + "generation Provider 7 1\n", 3), (version + keyLine + "generation provider 07 1\n", 3),
      (version + keyLine + "generation provider +7 1\n", 3), (version + keyLine + "generation provider -7 1\n", 3),
      (version + keyLine + "generation provider 7 4294967296\n", 3),
      (version + keyLine + "generation provider 18446744073709551616 1\n", 3),
      (version + keyLine + "generation provider 7 1\r\n", 3),
      (version + keyLine + "generation provider 7 1\n\ngeneration provider 8 1\n", 4),
      (version + keyLine + "generation provider 7 1\ngeneration provider 7 2\n", 4),
    ]
    for (text, line) in refused {
      try directory.write(text, to: "k")
      #expect(Loaded.load(directory.path + "/k") == .fault(.line(line)), "\(text)")
    }
  }

  @Test func everyCutIsRefusedUnlessALineEndsThere() throws {
    let whole = version + keyLine + "generation operator 0 3\ngeneration provider 7 12\n"
    let bytes = Array(whole.utf8)
    for byteCount in 0..<bytes.count {
      let isWhole = bytes[..<byteCount].last == UInt8(ascii: "\n") && byteCount >= (version + keyLine).utf8.count
      let isRead = Array(bytes[..<byteCount]).withSpan { span in
        do throws(MasterKeyFileError) {
          _ = try MasterKeyText(span)
          return true
        } catch {
          return false
        }
      }
      #expect(isRead == isWhole, "\(byteCount) bytes")
    }
  }

  @Test func aFileWithoutEndIsNotReadToItsEnd() throws {
    let directory = try TemporaryDirectory()
    let lines = String(repeating: "generation provider 1 1\n", count: MasterKeyText.byteCountMax / 24)
    try directory.write(version + keyLine + lines, to: "k")
    #expect(Loaded.load(directory.path + "/k") == .fault(.tooLarge))
    let many = (0...MasterKeyText.generationCountMax).map { "generation provider \($0) 1\n" }.joined()
    try directory.write(version + keyLine + many, to: "k")
    #expect(Loaded.load(directory.path + "/k") == .fault(.line(3 + MasterKeyText.generationCountMax)))
  }
}
