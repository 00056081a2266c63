import Cashu

/// A secret's lock as a mint reads it (NUT-10, NUT-11), which is not how `SpendingCondition` does: that one takes what all mints read alike, this one is one of those mints.
///
/// It was made after the recorded answers of Nutshell 0.21. SIG_ALL and HTLC are known and never unlocked.
struct MintLock {
  private var keys: [CompressedPoint] = []
  private var needed = 1
  private var refundKeys: [CompressedPoint] = []
  private var refundNeeded = 1
  /// nil: it never ends.
  private var locktime: Int128?
  private var isOfAll = false

  /// The lock of a secret. Nil: it has none. Throws where it has one that nobody can unlock.
  init?(secret: String, curve: Curve) throws(Refusal) {
    let text = secret.utf8.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
    guard text.first == UInt8(ascii: "[") else { return nil }
    guard let json = JSONValue(Array(text), depthMax: ScriptedMintLimits.lockDepthMax) else { throw .malformedLock() }
    guard let parts = json.elements, let kind = parts.first?.string else { return nil }
    guard parts.count == 2 else { throw .malformedLock("expected two elements") }
    guard let members = parts[1].members else { throw .malformedLock("invalid payload") }
    guard kind == "P2PK" || kind == "HTLC" else { throw Refusal(11000, "unsupported NUT-10 secret kind: \(kind)") }
    for (index, member) in members.enumerated() {
      guard ["nonce", "data", "tags"].contains(member.name) else { throw .malformedLock("unexpected payload field") }
      if members[..<index].contains(where: { $0.name == member.name }) {
        throw .malformedLock("duplicate \(member.name) field")
      }
    }
    guard parts[1]["nonce"]?.string?.isEmpty == false else { throw .malformedLock("invalid nonce field") }
    guard let data = parts[1]["data"]?.string, !data.isEmpty else { throw .malformedLock("invalid data field") }
    let tags = try Self.tags(parts[1]["tags"])
    guard kind == "P2PK" else {
      let isHash = Bytes32(hex: data) != nil
      throw isHash ? Refusal(11000, "no HTLC preimage provided") : .malformedLock("invalid HTLC hash")
    }
    try read(tags, curve)
    keys.insert(try Self.key(data, curve), at: 0)
    guard needed <= keys.count else { throw .malformedLock("n_sigs exceeds available pubkeys") }
    guard Set(keys.map(\.x)).count == keys.count else { throw Refusal(11000, "pubkeys must be unique.") }
  }

  // MARK: Tags

  /// Names and their values, each name that means something once.
  private static func tags(_ json: JSONValue?) throws(Refusal) -> [String: [String]] {
    guard let json else { return [:] }
    guard let elements = json.elements else { throw .malformedLock("invalid tags field") }
    var tags: [String: [String]] = [:]
    for element in elements {
      let texts = element.elements?.map(\.string) ?? []
      let tag = texts.compactMap(\.self)
      guard let name = tag.first, tag.count == texts.count, tag.allSatisfy({ !$0.isEmpty }) else {
        throw .malformedLock("invalid tag")
      }
      let isKnown = ["sigflag", "locktime", "n_sigs", "n_sigs_refund", "pubkeys", "refund"].contains(name)
      if isKnown, tags[name] != nil { throw .malformedLock("duplicate \(name) tag") }
      tags[name] = Array(tag.dropFirst())
    }
    return tags
  }

  private mutating func read(_ tags: [String: [String]], _ curve: Curve) throws(Refusal) {
    if let flag = try Self.single("sigflag", tags) {
      guard flag == "SIG_INPUTS" || flag == "SIG_ALL" else { throw .malformedLock() }
      isOfAll = flag == "SIG_ALL"
    }
    if let text = try Self.single("locktime", tags) {
      guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
        throw .malformedLock("locktime must be an integer")
      }
      locktime = Int128(text) ?? .max
    }
    keys = try Self.keys("pubkeys", tags, curve)
    refundKeys = try Self.keys("refund", tags, curve)
    needed = try Self.count("n_sigs", tags) ?? 1
    if let count = try Self.count("n_sigs_refund", tags) {
      guard count <= refundKeys.count else { throw .malformedLock("n_sigs_refund exceeds available pubkeys") }
      refundNeeded = count
    }
  }

  private static func single(_ name: String, _ tags: [String: [String]]) throws(Refusal) -> String? {
    guard let values = tags[name] else { return nil }
    guard values.count == 1 else { throw .malformedLock("invalid \(name) tag") }
    return values[0]
  }

  private static func count(_ name: String, _ tags: [String: [String]]) throws(Refusal) -> Int? {
    guard let text = try single(name, tags) else { return nil }
    guard let count = Int(text), count > 0 else { throw .malformedLock("\(name) must be a positive integer") }
    return count
  }

  private static func keys(
    _ name: String, _ tags: [String: [String]], _ curve: Curve
  ) throws(Refusal) -> [CompressedPoint] {
    guard let values = tags[name] else { return [] }
    guard !values.isEmpty else { throw .malformedLock("invalid \(name) tag") }
    var keys: [CompressedPoint] = []
    for value in values { keys.append(try key(value, curve)) }
    return keys
  }

  private static func key(_ text: String, _ curve: Curve) throws(Refusal) -> CompressedPoint {
    guard let key = CompressedPoint(hex: text), curve.point(key) != nil else {
      throw .malformedLock("invalid compressed public key")
    }
    return key
  }

  // MARK: Unlocking

  /// Whether a witness unlocks it: by enough of its keys; once its time is over, by enough of those that it is to be refunded to, or without any where there are none.
  func check(secret: String, witness: String?, now: UInt64, curve: Curve) throws(Refusal) {
    let isOver = locktime.map { Int128(now) > $0 } ?? false
    if isOver, refundKeys.isEmpty { return }
    let texts = witness.flatMap { JSONValue(Array($0.utf8)) }?["signatures"]?.elements ?? []
    guard !texts.isEmpty else { throw .noSignature }
    // What SIG_ALL wants signed is not known here, so nothing is a signature of it.
    let signatures = isOfAll ? [] : texts.compactMap { $0.string.flatMap { SchnorrSignature(hex: $0) } }
    let signerCount = { (keys: [CompressedPoint]) in
      keys.count { key in signatures.contains { curve.verify($0, secret: secret, key: key) } }
    }
    if isOver, signerCount(refundKeys) >= refundNeeded { return }
    guard texts.count >= needed else {
      throw Refusal(
        11000, "not enough pubkeys (\(keys.count)) or signatures (\(texts.count)) present for n_sigs (\(needed)).")
    }
    let count = signerCount(keys)
    guard count >= needed else { throw .unsigned(count, of: needed) }
  }
}
