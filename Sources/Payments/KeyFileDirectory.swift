internal import Glibc
internal import TurnpikeCrypto
internal import WireProtocol

/// The directory that a master key file lies in, opened, and the file's name there: puts whole new files in its place.
package struct KeyFileDirectory: ~Copyable {
  private let number: Int32
  private let fileName: String

  /// The directory of the file that `path` names.
  package init(of path: String) throws(MasterKeyFileError) {
    let slash = path.lastIndex(of: "/")
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let directory = slash.map { String(path[...$0]) } ?? "."
    guard !name.isEmpty else { throw .notRegularFile }
    let number = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw .system(call: "open", errorNumber: errno) }
    self.number = number
    fileName = name
  }

  deinit {
    _ = close(number)
  }

  /// Makes a file of `text` and gives it the name in one step, after its content is durable; durable itself on return.
  /// Without `replacing`, a file that is there already stays, and `text` is dropped.
  package func write(_ text: borrowing MasterKeyText, replacing: Bool) throws(MasterKeyFileError) {
    guard let random = Bytes16.random() else { throw .noRandomBytes }
    let temporaryName = ".\(fileName).\(String(random.low, radix: 16)).new"
    do throws(MasterKeyFileError) {
      let file = try KeyFileDescriptor.create(temporaryName, inDirectory: number)
      try text.withHead { head throws(MasterKeyFileError) in try file.write(head) }
      try unsafe file.write(text.generationLines.utf8Span.span.bytes)
      try file.synchronize()
      file.close()
      if replacing {
        guard unsafe renameat(number, temporaryName, number, fileName) == 0 else {
          throw .system(call: "renameat", errorNumber: errno)
        }
      } else {
        // Unlike a rename, a link never takes the place of a file.
        guard unsafe linkat(number, temporaryName, number, fileName, 0) == 0 || errno == EEXIST else {
          throw .system(call: "linkat", errorNumber: errno)
        }
        _ = unsafe unlinkat(number, temporaryName, 0)
      }
    } catch {
      _ = unsafe unlinkat(number, temporaryName, 0)
      throw error
    }
    try synchronize()
  }

  /// Returns when the names in the directory are durable.
  package func synchronize() throws(MasterKeyFileError) {
    guard fsync(number) == 0 else { throw .system(call: "fsync", errorNumber: errno) }
  }
}
