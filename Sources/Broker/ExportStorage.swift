internal import EventLoop
internal import Glibc
internal import Journal

/// Writes every batch to the export file, on a thread of the loop's pool, before its commands are acknowledged.
///
///     file:   "TPJOURN1"  format version 1 (4)  zero (4)  batches
///     batch:  byte count of the commands (4)  zero (4)  sequence of the first (8)  commands, back to back
///
/// The file is for auditors: it survives the end of the process, and a power failure only as far as the system had written it.
/// One batch is under way at a time. After a failed write nothing more is written or acknowledged.
final class ExportStorage {
  private static let formatVersion: UInt32 = 1
  private static let headByteCount = 16

  private let file: ExportFile
  private let queue: WorkQueue
  private var hasFailed = false
  /// Called on the loop when a batch was written, with whether it was.
  var onAppended: (Bool) -> Void = { _ in }

  /// Makes the file, which must not exist.
  init(path: String, on loop: Loop) throws(BrokerError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    if descriptor < 0 {
      if errno == EEXIST { throw .exportExists(path: path) }
      throw .file(path: path, call: "open", errorNumber: errno)
    }
    file = ExportFile(descriptor: descriptor)
    queue = WorkQueue(on: loop, concurrencyMax: 1, waitingMax: 1)
    var head: [UInt8] = Array("TPJOURN1".utf8)
    unsafe withUnsafeBytes(of: Self.formatVersion.littleEndian) { unsafe head.append(contentsOf: $0) }
    head.append(contentsOf: [0, 0, 0, 0])
    let status = unsafe head.withUnsafeBytes { unsafe file.write($0) }
    if status != 0 { throw .file(path: path, call: "write", errorNumber: status) }
  }

  /// Begins to write a batch; `onAppended` tells how it ended.
  func append(_ batch: JournalBatch) -> AppendResult {
    guard !hasFailed else { return .failed }
    let file = file
    let isSubmitted = queue.submit({ Self.write(batch, to: file) }) { [weak self] succeeded in
      guard let self else { return }
      if !succeeded { hasFailed = true }
      onAppended(succeeded)
    }
    return isSubmitted ? .underWay : .failed
  }

  /// On a thread of the pool.
  private static func write(_ batch: JournalBatch, to file: ExportFile) -> Bool {
    var head = (
      UInt32(clamping: unsafe batch.bytes.count).littleEndian, UInt32(0), batch.firstSequence.littleEndian
    )
    let status = unsafe withUnsafeBytes(of: &head) { unsafe file.write($0) }
    return unsafe status == 0 && file.write(batch.bytes) == 0
  }
}

/// A descriptor that closes itself.
private final class ExportFile: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
  }

  /// Writes all of it; 0, or the error's number.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    var rest = unsafe bytes
    while rest.count > 0 {
      let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return 0
  }
}
