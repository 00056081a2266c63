internal import Yams

/// A mapping of a configuration file, of which every key is known. Values are read by key; what is wrong with one is told with its line.
public struct ConfigurationSection {
  /// Line of the mapping's first key.
  public let line: Int
  private let file: String
  private let entries: [String: Entry]

  private struct Entry {
    var line: Int
    var node: Node
  }

  /// The one of a node; throws when it is no mapping, or has a key that is not in `known`.
  init(_ node: Node, known: [String], file: String, line: Int) throws(ConfigurationError) {
    self.file = file
    let here = node.mark?.line ?? line
    self.line = here
    guard case .mapping(let mapping) = node else {
      throw ConfigurationError(file: file, line: here, text: "keys and values are wanted here: \(Self.list(known))")
    }
    var entries: [String: Entry] = [:]
    for (key, value) in mapping {
      let line = key.mark?.line ?? here
      guard case .scalar(let scalar) = key, known.contains(scalar.string) else {
        let name = if case .scalar(let scalar) = key { "\"\(scalar.string)\"" } else { "what is no word" }
        throw ConfigurationError(file: file, line: line, text: "unknown key \(name); known are \(Self.list(known))")
      }
      entries[scalar.string] = Entry(line: line, node: value)
    }
    self.entries = entries
  }

  private static func list(_ keys: [String]) -> String { keys.joined(separator: ", ") }

  /// Whether the key is there.
  public func has(_ key: String) -> Bool { entries[key] != nil }

  /// What is wrong with the value of a key, or with the mapping if it has none.
  public func error(_ key: String, _ text: String) -> ConfigurationError {
    ConfigurationError(file: file, line: entries[key]?.line ?? line, text: "\(key): \(text)")
  }

  /// A text that is not empty; nil when the key is not there.
  public func text(_ key: String) throws(ConfigurationError) -> String? {
    guard let entry = entries[key] else { return nil }
    guard case .scalar(let scalar) = entry.node, !scalar.string.isEmpty,
      !scalar.string.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
    else { throw error(key, "a text is wanted") }
    return scalar.string
  }

  /// A text that must be there.
  public func requiredText(_ key: String) throws(ConfigurationError) -> String {
    guard let text = try text(key) else { throw error(key, "is missing") }
    return text
  }

  /// A whole number within a range; nil when the key is not there.
  public func number(_ key: String, in range: ClosedRange<UInt64>) throws(ConfigurationError) -> UInt64? {
    guard let text = try text(key) else { return nil }
    guard let number = UInt64(text), range.contains(number) else {
      throw error(key, "a whole number from \(range.lowerBound) to \(range.upperBound) is wanted")
    }
    return number
  }

  /// Yes or no; nil when the key is not there.
  public func flag(_ key: String) throws(ConfigurationError) -> Bool? {
    switch try text(key) {
    case nil: nil
    case "yes", "true": true
    case "no", "false": false
    default: throw error(key, "yes or no is wanted")
    }
  }

  /// Texts, one below the other or in brackets; nil when the key is not there.
  public func texts(_ key: String) throws(ConfigurationError) -> [String]? {
    guard let entry = entries[key] else { return nil }
    guard case .sequence(let sequence) = entry.node else { throw error(key, "a list is wanted") }
    var texts: [String] = []
    for node in sequence {
      guard case .scalar(let scalar) = node else { throw error(key, "a list of texts is wanted") }
      texts.append(scalar.string)
    }
    return texts
  }

  /// A mapping below a key; nil when the key is not there.
  public func section(_ key: String, known: [String]) throws(ConfigurationError) -> ConfigurationSection? {
    guard let entry = entries[key] else { return nil }
    return try ConfigurationSection(entry.node, known: known, file: file, line: entry.line)
  }

  /// Mappings below a key, at least one.
  public func sections(_ key: String, known: [String]) throws(ConfigurationError) -> [ConfigurationSection] {
    guard let entry = entries[key] else { throw error(key, "is missing") }
    guard case .sequence(let sequence) = entry.node, !sequence.isEmpty else { throw error(key, "a list is wanted") }
    var sections: [ConfigurationSection] = []
    for node in sequence {
      sections.append(try ConfigurationSection(node, known: known, file: file, line: entry.line))
    }
    return sections
  }
}
