internal import CCrypto

/// A secret of 32 bytes: owned once, at one address, overwritten with zeros when it ends.
@safe
public struct SecretKey: ~Copyable {
  /// Bytes of a secret.
  public static let byteCount = 32

  private let storage: UnsafeMutableRawBufferPointer

  /// A copy of `bytes`, which must be 32; else nil.
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount == Self.byteCount else { return nil }
    unsafe self.init(writtenBy: { out in
      unsafe bytes.withUnsafeBytes { unsafe out.copyMemory(from: $0) }
    })
  }

  /// 32 random bytes from the operating system; nil when it has none to give.
  public static func random() -> SecretKey? {
    var succeeded = false
    let key = unsafe SecretKey(writtenBy: { out in succeeded = unsafe tp_random(out.baseAddress, out.count) })
    return succeeded ? consume key : nil
  }

  /// The 32 bytes that `write` puts into the zeroed memory it is given.
  init(writtenBy write: (UnsafeMutableRawBufferPointer) -> Void) {
    unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.byteCount, alignment: 8)
    unsafe storage.initializeMemory(as: UInt8.self, repeating: 0)
    unsafe write(storage)
  }

  deinit {
    unsafe tp_cleanse(storage.baseAddress, storage.count)
    unsafe storage.deallocate()
  }

  /// Gives the bytes to `body`, which must not keep a copy longer than it needs one.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(storage).bytes)
  }
}
