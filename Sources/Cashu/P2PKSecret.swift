/// Writes what `SpendingCondition` reads: secrets that are locked to a key (NUT-11), and what unlocks them.
public enum P2PKSecret {
  /// A secret that only a signature of `key` spends, until `locktime` (seconds since 1970), or for ever. The nonce
  /// makes it one of a kind. nil: the locktime is beyond 63 bits, which mints can't count.
  public static func text(nonce: Bytes32, key: CompressedPoint, locktime: UInt64? = nil) -> String? {
    guard locktime ?? 0 <= UInt64(Int64.max) else { return nil }
    let bytes = JSONWriter.text { writer in
      writer.array { writer in
        writer.text("P2PK")
        writer.object { writer in
          writer.name("nonce")
          writer.text(nonce.hex)
          writer.name("data")
          writer.text(key.hex)
          writer.name("tags")
          writer.array { writer in
            writer.array { writer in
              writer.text("sigflag")
              writer.text("SIG_INPUTS")
            }
            if let locktime {
              writer.array { writer in
                writer.text("locktime")
                writer.text(String(locktime))
              }
            }
          }
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Bytes of a signature (BIP 340).
  public static let signatureByteCount = 64

  /// The witness of one signature over the SHA-256 of the secret's text, as it stands. nil: it is not of 64 bytes.
  public static func witness(signature: some Collection<UInt8>) -> String? {
    guard signature.count == signatureByteCount else { return nil }
    let bytes = JSONWriter.text { writer in
      writer.object { writer in
        writer.name("signatures")
        writer.array { $0.text(Hexadecimal.encode(Array(signature))) }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
