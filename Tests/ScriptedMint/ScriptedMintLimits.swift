/// The most that the mint takes, as the real one does, and keeps.
public enum ScriptedMintLimits {
  /// Elements of an array in a request.
  public static let arrayCountMax = 1_000
  /// Characters of a secret, and of a witness.
  public static let textCountMax = 1_024
  /// Bytes of a request's body.
  public static let requestByteCountMax = 1 << 20
  /// Arrays and objects in one another, in a request.
  public static let depthMax = 32
  /// The same in a lock, of whose length it is nearly half: real mints read lists that are 500 deep.
  static let lockDepthMax = 600
  /// The greatest amount, of a coin or a quote: real mints keep it in 64 bits with a sign.
  static let amountMax = Int128(Int64.max)
  /// Coins it signs and quotes it makes, all together. Whatever would be more is refused, with 503.
  public static let recordCountMax = 1 << 22
  /// Keysets that it makes.
  public static let keysetCountMax = 64
  /// Seconds for which a quote's invoice is said to be good.
  static let quoteSeconds: UInt64 = 3_600
  /// Bytes of the answer of `MintFault.huge`: more than anybody has to read.
  static let hugeByteCount = 2 << 20
}
