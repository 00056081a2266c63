internal import Glibc

/// Why a master key file could not be used. Nothing of the key is ever part of it.
public enum MasterKeyFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case notFound
  /// The path names a directory, a symbolic link or a device.
  case notRegularFile
  /// The file belongs to another user, with this number.
  case foreignOwner(userID: UInt32)
  /// Others than its owner have access; this is its mode.
  case accessibleToOthers(mode: UInt32)
  /// It is larger than any file of its kind.
  case tooLarge
  /// This line, counted from 1, is missing or not of its form.
  case line(Int)
  /// The file's master key is not the one that was loaded from it.
  case keyChanged
  /// The holder's key was renewed as often as is possible, or as many holders as possible had theirs renewed.
  case generationLimit
  /// Somebody else keeps replacing the file.
  case contended
  /// The operating system has no random bytes to give.
  case noRandomBytes
  /// A system call failed.
  case system(call: String, errorNumber: Int32)

  /// One line for an operator.
  public var description: String {
    switch self {
    case .notFound: "there is no such file"
    case .notRegularFile: "it is not a regular file"
    case .foreignOwner(let userID): "it belongs to another user (number \(userID)); it must belong to the broker's"
    case .accessibleToOthers(let mode):
      "others than its owner have access (mode \(String(mode, radix: 8))); it must have mode 600"
    case .tooLarge: "it is too large to be a master key file"
    case .line(let number): "line \(number) is missing or not of its form"
    case .keyChanged: "it holds another master key than before"
    case .generationLimit: "no further generation can be kept in it"
    case .contended: "somebody else keeps replacing it"
    case .noRandomBytes: "the operating system has no random bytes to give"
    case .system(let call, let errorNumber): "\(call): \(unsafe String(cString: strerror(errorNumber)))"
    }
  }
}
