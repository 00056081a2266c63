import Glibc
import Journal
import Synchronization
import Testing

/// A new directory for one test, removed with what is in it.
struct TestDirectory: ~Copyable {
  let path: String

  init() throws {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? P_tmpdir
    var template =
      Array("\(parent)/turnpike-journal-".utf8CString.dropLast()) + Array(repeating: CChar(88), count: 6) + [0]
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
    }
    guard isMade else { throw FileError(.create, path: parent, number: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    let files = try? PosixFiles(path: path, isExclusive: false)
    for name in (try? files?.list()) ?? [] { _ = unsafe unlink("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }
}

/// Opens and closes one file all the time, on a thread of its own: tasks would take turns with the other tests.
private final class BusyReader: Sendable {
  private let files: PosixFiles
  private let name: String
  private let isStopped = Atomic<Bool>(false)
  private let error = Mutex<FileError?>(nil)
  private let thread = Mutex<pthread_t?>(nil)

  init(of files: PosixFiles, _ name: String) throws {
    (self.files, self.name) = (files, name)
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    let failure = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context { unsafe Unmanaged<BusyReader>.fromOpaque(context).takeRetainedValue().read() }
        return nil
      }, context)
    guard failure == 0 else { throw FileError(.open, path: name, number: failure) }
    self.thread.withLock { $0 = thread }
  }

  private func read() {
    while !isStopped.load(ordering: .relaxed) {
      do throws(FileError) {
        let file = try files.open(name, forWriting: false)
        for _ in 0..<4 { _ = try files.byteCount(of: file) }
        files.close(file)
      } catch {
        return self.error.withLock { $0 = error }
      }
    }
  }

  /// What went wrong until now.
  func stop() -> FileError? {
    isStopped.store(true, ordering: .relaxed)
    if let thread = thread.withLock({ $0.take() }) { _ = pthread_join(thread, nil) }
    return error.withLock { $0 }
  }
}

/// The same log on the system's files.
@Suite struct PosixFilesTests {
  @Test(arguments: [Durability.fsync, .os]) func aJournalOnDisk(durability: Durability) throws {
    let directory = try TestDirectory()
    let path = directory.path
    var acknowledged: [[UInt8]] = []
    var commandCount = 0
    for life in 0..<3 {
      let script = JournalScript(
        try PosixFiles(path: path, isExclusive: true), durability: durability, segmentByteCount: 1 << 20)
      let batches = try script.open()
      #expect(batches == acknowledged)
      #expect(script.report.isNew == (life == 0))
      var maker = ReserveMaker(try PosixFiles(path: path, isExclusive: false), segmentByteCount: 1 << 20)
      maker.refill()
      #expect(!maker.isLowOnSpace)
      for step in 0..<40 {
        // Up to the longest batch.
        let sizes = [[Int](repeating: 8 * 1024, count: step % 10 == 9 ? 64 : 3), [1], [500, 12]][step % 3]
        #expect(script.append(sizes))
      }
      acknowledged += script.acknowledged
      var count = 0
      let isComplete = try script.log?.read(after: 0) { record, _ in
        count += Int(record.commandCount)
        return true
      }
      #expect(isComplete == true)
      commandCount += script.commandCount
      #expect(count == commandCount)
      script.close()
    }
  }

  @Test func aDirectoryHasOneOwner() throws {
    let directory = try TestDirectory()
    let path = directory.path
    let owner = try PosixFiles(path: path, isExclusive: true)
    #expect(throws: FileError(.lock, path: path, number: EWOULDBLOCK)) {
      _ = try PosixFiles(path: path, isExclusive: true)
    }
    // Who only reads needs no lock.
    #expect(try PosixFiles(path: path, isExclusive: false).list().isEmpty)
    _ = owner
  }

  /// A descriptor that is closed a second time may be another thread's by then.
  @Test func whoIsRefusedClosesNothingOfOthers() throws {
    let directory = try TestDirectory()
    let path = directory.path
    let owner = try PosixFiles(path: path, isExclusive: true)
    owner.close(try owner.create("a"))
    let reader = try BusyReader(of: owner, "a")
    for _ in 0..<50_000 {
      do throws(FileError) {
        _ = try PosixFiles(path: path, isExclusive: true)
        Issue.record("two owners")
      } catch {}
    }
    #expect(reader.stop() == nil)
  }

  @Test func errorsNameTheCallAndTheFile() throws {
    let directory = try TestDirectory()
    let path = directory.path
    let files = try PosixFiles(path: path, isExclusive: true)
    #expect(throws: FileError(.open, path: "\(path)/none", number: ENOENT)) {
      _ = try files.open("none", forWriting: false)
    }
    #expect(throws: FileError(.rename, path: "\(path)/none", number: ENOENT)) { try files.rename("none", to: "b") }
    #expect(throws: FileError(.remove, path: "\(path)/none", number: ENOENT)) { try files.remove("none") }
    #expect(throws: FileError(.open, path: "\(path)/none", number: ENOENT)) {
      _ = try PosixFiles(path: "\(path)/none", isExclusive: false)
    }
    let file = try files.create("a")
    files.close(file)
    let readOnly = try files.open("a", forWriting: false)
    let bytes: [UInt8] = [1]
    #expect(throws: FileError(.write, path: path, number: EBADF)) {
      _ = try unsafe files.write(bytes.span.bytes, to: readOnly, at: 0)
    }
    files.close(readOnly)
    #expect(try files.list() == ["a"])
  }

  @Test func writingInAFileThatCannotGrowIsAnError() throws {
    // A device that is always full stands in for a full disk.
    let device = try PosixFiles(path: "/dev", isExclusive: false)
    let full = try device.open("full", forWriting: true)
    let bytes: [UInt8] = [1]
    #expect(throws: FileError(.write, path: "/dev", number: ENOSPC)) {
      _ = try unsafe device.write(bytes.span.bytes, to: full, at: 0)
    }
    device.close(full)
  }
}
