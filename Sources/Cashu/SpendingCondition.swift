/// What a proof's secret asks of who spends it (NUT-10, NUT-11), judged from its text alone, for accepting it without
/// asking the mint.
///
/// A lock is worth something only if the mint reads it as we do. Where it reads another key, or one more, others can
/// spend it; where it can't read it, nobody ever can, and its DLEQ proof is valid all the same. Mints differ in what
/// they let pass, and in whether a lock that they can't read is dead or no lock at all. So this takes the one form that
/// all of them read alike, and refuses whatever could be read differently.
public enum SpendingCondition: Hashable, Sendable {
  /// Nothing: whoever knows the secret can spend it. Every lock is a JSON array or is meant to be one; a text without a
  /// bracket or a brace is none for anybody.
  case unlocked
  /// A signature of this key, until `locktime` (seconds since 1970), after which nothing is asked; nil: for ever. Mints
  /// compare the x coordinate only. That it is a point of the curve was not judged: it has to be compared with a key
  /// that is known.
  case key(CompressedPoint, locktime: UInt64?)
  /// It is not to be accepted.
  case refused(LockRefusal)

  /// Judges a secret.
  public init(secret: String) {
    do throws(LockRefusal) {
      guard !secret.isEmpty else { throw .empty }
      guard secret.utf8.count <= CashuLimits.secretByteCountMax else { throw .tooLong }
      guard secret.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }) else {
        self = .unlocked
        return
      }
      // Nobody needs an escape to write a lock, and without them, and in ASCII, no two readers see two texts.
      guard secret.utf8.allSatisfy({ 0x20...0x7e ~= $0 && $0 != UInt8(ascii: "\\") }) else { throw .characters }
      let parts = try LockParts(Array(secret.utf8))
      self = .key(try parts.key, locktime: try parts.locktime)
    } catch {
      self = .refused(error)
    }
  }
}

/// Why a lock is not accepted.
public enum LockRefusal: Error, Hashable, Sendable {
  /// There is no text.
  case empty
  /// It is longer than mints take.
  case tooLong
  /// It has an escape, or a character that is not printable ASCII.
  case characters
  /// It is not JSON of the one shape that a lock has: or it has a member twice, or one more.
  case malformed
  /// It is a lock of another kind.
  case kind
  /// There is no nonce, or an empty one.
  case nonce
  /// Its key is not 66 hexadecimal digits, in lower case, of a compressed point.
  case key
  /// A tag is not a name and one value.
  case tag
  /// A tag stands there twice.
  case duplicateTag
  /// It has a tag other than `sigflag` and `locktime`: more keys, more signatures, a refund.
  case unknownTag
  /// Signatures have to cover more than the input.
  case signatureFlag
  /// `locktime` is not a plain number of 63 bits.
  case locktime
}

/// A lock as JSON has it: `["P2PK", {"nonce": "..", "data": "..", "tags": [["sigflag", "SIG_INPUTS"], ["locktime",
/// ".."]]}]`.
private struct LockParts {
  private var kind: String?
  private var nonce: String?
  private var data: String?
  private var tags: [[String]] = []

  /// Reads the shape, strictly; values are judged by their names below.
  init(_ bytes: [UInt8]) throws(LockRefusal) {
    let limit = CashuLimits.secretByteCountMax
    var parts = LockParts()
    // Who looks at the first character only has to see a lock, too.
    guard bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { throw .malformed }
    do throws(FormatError) {
      try JSONReader.read(bytes, byteCountMax: limit) { reader throws(FormatError) in
        var count = 0
        try reader.array(countMax: 2) { reader throws(FormatError) in
          if count == 0 { parts.kind = try reader.text(byteCountMax: limit) } else { try parts.readPayload(&reader) }
          count += 1
        }
        guard count == 2 else { throw .missing }
      }
    } catch {
      throw .malformed
    }
    self = parts
    guard kind == "P2PK" else { throw .kind }
    guard nonce?.isEmpty == false else { throw .nonce }
    guard tags.allSatisfy({ !$0.isEmpty }) else { throw .tag }
    guard tags.allSatisfy({ ["sigflag", "locktime"].contains($0[0]) }) else { throw .unknownTag }
    guard tags.allSatisfy({ $0.count == 2 && !$0[1].isEmpty }) else { throw .tag }
    guard Set(tags.map { $0[0] }).count == tags.count else { throw .duplicateTag }
    guard tags.allSatisfy({ $0[0] != "sigflag" || $0[1] == "SIG_INPUTS" }) else { throw .signatureFlag }
  }

  private init() {}

  private mutating func readPayload(_ reader: inout JSONReader) throws(FormatError) {
    let limit = CashuLimits.secretByteCountMax
    var parts = self
    try reader.object { name, reader throws(FormatError) in
      switch name {
      case "nonce": parts.nonce = try reader.text(byteCountMax: limit)
      case "data": parts.data = try reader.text(byteCountMax: limit)
      case "tags":
        try reader.array { reader throws(FormatError) in
          var tag: [String] = []
          try reader.array { reader throws(FormatError) in tag.append(try reader.text(byteCountMax: limit)) }
          parts.tags.append(tag)
        }
      default: throw .invalidValue
      }
    }
    self = parts
  }

  var key: CompressedPoint {
    get throws(LockRefusal) {
      // As it is written from the bytes again: mints that compare keys as text see the same one.
      guard let data, let key = CompressedPoint(hex: data), key.hex == data else { throw .key }
      return key
    }
  }

  var locktime: UInt64? {
    get throws(LockRefusal) {
      guard let text = tags.first(where: { $0[0] == "locktime" })?[1] else { return nil }
      guard let time = Int64(text), time >= 0, String(time) == text else { throw .locktime }
      return UInt64(time)
    }
  }
}
