/// What is wrong with a configuration, and where. As text: `FILE:LINE: what`.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as it was named.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// What is wrong.
  public var text: String

  /// An error with these fields.
  public init(file: String, line: Int, text: String) {
    self.file = file
    self.line = line
    self.text = text
  }

  /// The line that a person reads.
  public var description: String { "\(file):\(line): \(text)" }
}
