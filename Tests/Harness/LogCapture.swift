internal import Logging
internal import Synchronization

/// What a broker logged, of every level.
public final class LogCapture: Sendable {
  private let captured = Mutex<[String]>([])

  /// Nothing yet.
  public init() {}

  /// Its lines: level, message and metadata.
  public var lines: [String] { captured.withLock { $0 } }

  func append(_ line: String) { captured.withLock { $0.append(line) } }

  /// A logger whose lines go here.
  var logger: Logger { Logger(label: "test") { _ in CaptureHandler(capture: self) } }
}

private struct CaptureHandler: LogHandler {
  let capture: LogCapture
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    capture.append("\(event.level) \(event.message) \(all.sorted { $0.key < $1.key }.map { "\($0)=\($1)" })")
  }
}
