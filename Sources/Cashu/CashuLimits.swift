/// The most that is read of anything that comes from outside: wallets, mints, the text of tokens. Beyond a limit
/// nothing is read at all.
public enum CashuLimits {
  /// Bytes of a token, as text or raw: with what a request needs beside it, it fits a frame of 64 KiB.
  public static let tokenByteCountMax = 60 * 1024
  /// Proofs in a token. An amount of 64 bits takes 64 at most when it is split well, and coins of several payments are
  /// merged rather than passed on.
  public static let proofCountMax = 256
  /// Bytes of a secret: mints take 1,024 characters, and a lock is ASCII.
  public static let secretByteCountMax = 1_024
  /// Bytes of a witness, as mints limit it.
  public static let witnessByteCountMax = 1_024
  /// Bytes of a mint's URL.
  public static let mintURLByteCountMax = 256
  /// Bytes of what a sender writes to go with a token or a request.
  public static let memoByteCountMax = 256
  /// Characters of a unit, such as `sat`.
  public static let unitByteCountMax = 16
  /// Keys of a keyset: one for each power of two that 64 bits hold.
  public static let keyCountMax = 64
  /// Elements of an array in a mint's answer: what mints allow in a request (`max_array_length`) comes back in it.
  public static let arrayCountMax = 1_000
  /// Bytes of a mint's answer.
  public static let answerByteCountMax = 1 << 20
  /// Bytes of a Lightning invoice, as mints limit it.
  public static let invoiceByteCountMax = 10_000
  /// Characters of a quote's id, as mints limit it.
  public static let quoteIDByteCountMax = 256
  /// Characters that are kept of what a mint says in words.
  public static let detailByteCountMax = 256
  /// Bytes of a payment request, as text.
  public static let paymentRequestByteCountMax = 16 * 1024
  /// Mints, transports, tags of each kind in a payment request.
  public static let paymentRequestListCountMax = 32
  /// Bytes of any one text in a payment request that has no limit of its own.
  public static let paymentRequestTextByteCountMax = 1_024
  /// Arrays and maps in one another, in JSON and in CBOR. A token needs 5 of them, and a mint's complaint that quotes
  /// the request 8.
  static let depthMax = 16
  /// Members of one object or map: a keyset's keys are 64.
  static let memberCountMax = 256
  /// Bytes of the text of a mint's base URL, as an operator configures it.
  public static let originByteCountMax = 512
  /// Bytes of a host's name (RFC 1035).
  public static let hostByteCountMax = 253
  /// Bytes of one label in it.
  static let labelByteCountMax = 63
}
