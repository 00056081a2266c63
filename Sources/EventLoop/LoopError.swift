internal import CLibuv

/// What libuv or the system answered: a negative UV_E* code, with its name and text on demand.
public struct LoopError: Error, Hashable, Sendable {
  /// libuv's code, negative; on Linux the negated `errno` where the system has one.
  public let code: Int32

  init(_ code: Int32) {
    self.code = code
  }

  /// Passes 0 and positive results through; throws a negative one.
  @discardableResult
  static func check(_ status: Int32) throws(LoopError) -> Int32 {
    if status < 0 { throw LoopError(status) }
    return status
  }

  /// Nobody listens at the address.
  public static let connectionRefused = LoopError(UV_ECONNREFUSED.rawValue)
  /// The peer ended the connection with bytes still under way.
  public static let connectionReset = LoopError(UV_ECONNRESET.rawValue)
  /// Nothing came of it in time.
  public static let timedOut = LoopError(UV_ETIMEDOUT.rawValue)
  /// The peer no longer reads.
  public static let brokenPipe = LoopError(UV_EPIPE.rawValue)
  /// Somebody listens at the address already.
  public static let addressInUse = LoopError(UV_EADDRINUSE.rawValue)
  /// The host is no numeric address, or the text no endpoint.
  public static let invalidArgument = LoopError(UV_EINVAL.rawValue)
  /// No such path.
  public static let noSuchFile = LoopError(UV_ENOENT.rawValue)
  /// The path is taken by something that is no socket.
  public static let fileExists = LoopError(UV_EEXIST.rawValue)
  /// The socket's path is longer than `EventLoopLimits.unixPathByteCountMax`.
  public static let nameTooLong = LoopError(UV_ENAMETOOLONG.rawValue)
  /// The process has no descriptor left.
  public static let tooManyOpenFiles = LoopError(UV_EMFILE.rawValue)
  /// The system has no descriptor left.
  public static let fileTableFull = LoopError(UV_ENFILE.rawValue)
}

extension LoopError: CustomStringConvertible {
  /// The code's name, such as `ECONNREFUSED`.
  public var name: String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 80) { text in
      guard let base = text.baseAddress else { return "" }
      return unsafe String(cString: uv_err_name_r(code, base, text.count))
    }
  }

  /// The code's text, such as `connection refused`.
  public var message: String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 160) { text in
      guard let base = text.baseAddress else { return "" }
      return unsafe String(cString: uv_strerror_r(code, base, text.count))
    }
  }

  /// `ECONNREFUSED: connection refused`.
  public var description: String { "\(name): \(message)" }
}
