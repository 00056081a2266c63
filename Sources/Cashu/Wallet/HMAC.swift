internal import CCrypto

/// HMAC-SHA256 (RFC 2104) with one key, kept as the two states of SHA-256 after it.
struct HMACSHA256: Sendable {
  private var key = tp_hmac_key()

  /// With a key of any size.
  init(_ secret: [UInt8]) { unsafe tp_hmac_init(&key, secret, secret.count) }

  /// The 32 bytes of a message.
  func authenticate(_ message: [UInt8]) -> Bytes32? {
    var (key, code) = (key, [UInt8](repeating: 0, count: Int(TP_SHA256_BYTE_COUNT)))
    unsafe tp_hmac_prefixed(&key, nil, 0, message, message.count, &code)
    return Bytes32(code)
  }
}

/// HMAC-SHA512, and what is made of it.
enum HMACSHA512 {
  /// The 64 bytes of a message; nil: libcrypto has no memory.
  static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8]? {
    var code = [UInt8](repeating: 0, count: Int(TP_SHA512_BYTE_COUNT))
    return unsafe tp_hmac512(key, key.count, message, message.count, &code) ? code : nil
  }

  /// 64 bytes of a password (PBKDF2, RFC 8018); nil: libcrypto has no memory.
  static func stretch(_ password: [UInt8], salt: [UInt8], roundCount: UInt32) -> [UInt8]? {
    var key = [UInt8](repeating: 0, count: Int(TP_SHA512_BYTE_COUNT))
    return unsafe tp_pbkdf2_sha512(password, password.count, salt, salt.count, roundCount, &key) ? key : nil
  }
}
