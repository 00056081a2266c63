import Foundation

/// The checkout that this test was compiled from, read as plain files.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Paths, relative to the root and sorted, of the regular files below `folder` ("" is everything). What was built and what git
  /// keeps for itself is left out.
  static func paths(below folder: String = "") -> [String] {
    let prefix = folder.isEmpty ? "" : folder + "/"
    guard let walk = FileManager.default.enumerator(atPath: root.appending(path: folder).path(percentEncoded: false))
    else { return [] }
    var found: [String] = []
    while let path = walk.nextObject() as? String {
      if folder.isEmpty, path.hasPrefix(".build") || path == ".git" {
        walk.skipDescendants()
      } else if path.hasSuffix("__pycache__") {
        walk.skipDescendants()
      } else if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
        found.append(prefix + path)
      }
    }
    return found.sorted()
  }

  static func swiftPaths(below folder: String) -> [String] {
    paths(below: folder).filter { $0.hasSuffix(".swift") && !isGenerated($0) }
  }

  /// Names of the targets: the folders in Sources.
  static func targets() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path(percentEncoded: false))
      .sorted()
  }

  /// Whether a program wrote the file: such files follow no rule of style.
  static func isGenerated(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.lowercased() == "generated" }
  }
}

extension String {
  var lines: [Substring] { split(separator: "\n", omittingEmptySubsequences: false) }
}
