import CCrypto
import Testing
import TurnpikeCrypto
import WireProtocol

/// SHA-256 and HMAC-SHA256 against official vectors, and against each other where the code takes another path.
@Suite struct HashTests {
  private static func sha256(_ message: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: SHA256.digestByteCount)
    let fits = message.withSpan { message in digest.withMutableSpan { SHA256.hash(message, into: &$0) } }
    #expect(fits)
    return hex(digest)
  }

  /// The examples of FIPS 180-4, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func sha256MatchesTheStandard(message: String, digest: String) {
    #expect(Self.sha256(Array(message.utf8)) == digest)
  }

  /// The fast path ends at 55 bytes; digests of n bytes 00 01 02 ..., made with another implementation.
  @Test(arguments: [
    (54, "675f28acc0b90a72d1c3a570fe83ac565555db358cf01826dc8eefb2bf7ca0f3"),
    (55, "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59"),
    (56, "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562"),
    (63, "29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488"),
    (64, "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108"),
    (65, "4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781"),
    (119, "da18797ed7c3a777f0847f429724a2d8cd5138e6ed2895c3fa1a6d39d18f7ec6"),
    (120, "f52b23db1fbb6ded89ef42a23ce0c8922c45f25c50b568a93bf1c075420bbb7c"),
  ])
  func sha256AroundTheBlockSize(byteCount: Int, digest: String) {
    #expect(Self.sha256(counting(byteCount)) == digest)
  }

  @Test func sha256RefusesAShortOutput() {
    var digest = [UInt8](repeating: 7, count: 31)
    let fits = counting(0).withSpan { message in digest.withMutableSpan { SHA256.hash(message, into: &$0) } }
    #expect(!fits)
    #expect(digest.allSatisfy { $0 == 7 })
  }

  @Test func aHashMayOverwriteItsInput() {
    var word = [UInt8](repeating: 0x11, count: 32)
    let expected = Self.sha256(word)
    unsafe word.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe tp_sha256(start, 32, start)
    }
    #expect(hex(word) == expected)
  }

  /// RFC 4231, test cases 1 to 7.
  @Test(arguments: [
    (
      String(repeating: "0b", count: 20), "4869205468657265",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      String(repeating: "0c", count: 20), "546573742057697468205472756e636174696f6e",
      "a3b6167473100ee06e0c796c2955552b"
    ),
    (
      String(repeating: "aa", count: 131),
      "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      String(repeating: "aa", count: 131),
      """
      5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e64206120
      6c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f2062652068617368656420
      6265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e
      """,
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func hmacMatchesRFC4231(key: String, message: String, mac: String) {
    let (secret, text) = (bytes(key), bytes(message))
    let hmacKey = HMACKey(secret)
    let tag = hex(of: hmacKey.tag(text))
    #expect(tag == mac.prefix(32))
    let derived = hex(of: text.withSpan { hmacKey.derive(label: "", fields: $0) })
    #expect(derived.prefix(mac.count) == mac)
  }

  @Test func aPrefixIsTheBeginningOfTheMessage() {
    let key = HMACKey([1, 2, 3])
    let message = counting(200)
    for byteCount in [0, 1, 31, 32, 33, 46, 47, 54, 55, 56, 64, 128, 200] {
      let whole = key.tag(Array(message[..<byteCount]))
      for split in [0, 1, 9, 55, 56, 64] where split <= byteCount {
        let joined = key.tag(prefix: Array(message[..<split]), Array(message[split..<byteCount]))
        #expect(joined == whole, "\(byteCount) bytes, \(split) of them in the prefix")
      }
    }
  }

  @Test func keyHashIsALabelledDigest() {
    let key = Bytes16(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)
    let message = Array("turnpike key hash v1".utf8) + (0..<16)
    #expect(hex(of: SHA256.keyHash(key)) == Self.sha256(message).prefix(32))
    #expect(hex(of: SHA256.keyHash(key)) == "5a4b2938b91e411b1d6efafdc837d6cf")
  }

  @Test func randomBytesDiffer() throws {
    let first = try #require(Bytes16.random())
    let second = try #require(Bytes16.random())
    #expect(first != second)
    // More than the system gives at once; the chance of 16 equal bytes at the end is 2^-128.
    var many = [UInt8](repeating: 0, count: 1_000)
    let filled = many.withMutableSpan { fillWithRandom(&$0) }
    #expect(filled)
    #expect(!many.suffix(16).allSatisfy { $0 == 0 })
    #expect(!many.prefix(16).allSatisfy { $0 == 0 })
  }

  @Test func constantTimeEqualityIsEquality() {
    let zero = Bytes16()
    for bit in 0..<128 {
      let other = bit < 64 ? Bytes16(low: 1 << UInt64(bit), high: 0) : Bytes16(low: 0, high: 1 << UInt64(bit - 64))
      #expect(!zero.isEqualInConstantTime(to: other))
      #expect(other.isEqualInConstantTime(to: other))
    }
    func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
      left.withSpan { left in right.withSpan { isEqualInConstantTime(left, $0) } }
    }
    #expect(equal([], []))
    #expect(equal([1, 2], [1, 2]))
    #expect(!equal([1, 2], [1, 3]))
    #expect(!equal([1, 2], [1, 2, 0]))
  }
}
