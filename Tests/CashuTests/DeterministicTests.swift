import Cashu
import Testing

/// Values of other software: words and seeds are those of the library that Nutshell 0.21.0 uses for BIP-39, secrets
/// Nutshell's own.
@Suite("Secrets that are made of twelve words")
struct DeterministicTests {
  let curve: Curve

  init() throws { curve = try #require(CurveVectors.curve) }

  static let words = "abandon math mimic master filter design carbon crystal rookie group knife young"

  @Test(
    "Bytes, words and seeds",
    arguments: [
      (
        "00112233445566778899aabbccddeeff", words, "",
        "52d788b2ae19e9315dbe0bcde40a627e67c66d512db7e490c689c8797e8b0808"
          + "926598ad2103a1c5eb3e561d777095bb295aa1d02eaa68eb524dc9b4d85795c8"
      ),
      (
        "00112233445566778899aabbccddeeff", words, "turnpike",
        "4d8909b286876d8ec8589e445a7cc5740214f19fc1865280da0fd3e5c425d2d7"
          + "c39d01a7fede658236d85ff26a767e04100541526add1e252a8450bec230ebed"
      ),
      (
        "ffffffffffffffffffffffffffffffff", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong", "",
        "b6a6d8921942dd9806607ebc2750416b289adea669198769f2e15ed926c3aa92"
          + "bf88ece232317b4ea463e84b0fcd3b53577812ee449ccc448eb45e6f544e25b6"
      ),
      (
        "00000000000000000000000000000000",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about", "",
        "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
          + "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
      ),
    ])
  func mnemonics(entropy: String, words: String, passphrase: String, seed: String) throws {
    // 16 bytes are half of 32, whose digits are read.
    let bytes = try #require(Bytes32(hex: entropy + entropy)).bytes
    let mnemonic = try #require(Mnemonic(entropy: Array(bytes.prefix(Mnemonic.entropyByteCount))))
    #expect(mnemonic.text == words)
    let made = try #require(mnemonic.seed(passphrase: passphrase))
    #expect(CurveVectors.hex(made) == seed)
    #expect(Mnemonic("  " + words.uppercased().split(separator: " ").joined(separator: "\n ")) == mnemonic)
  }

  @Test("All words are told apart by their first four letters")
  func list() throws {
    var words: [String] = []
    for index in 0..<2048 {
      var entropy = [UInt8](repeating: 0, count: Mnemonic.entropyByteCount)
      (entropy[0], entropy[1]) = (UInt8(index >> 3), UInt8(truncatingIfNeeded: index << 5))
      words.append(try #require(Mnemonic(entropy: entropy)?.words.first))
    }
    #expect(words == words.sorted())
    #expect(Set(words.map { $0.prefix(4) }).count == 2048)
    #expect(words[2047] == "zoo")
  }

  @Test("Words that are wrong, missing, too many or in another order are refused")
  func mistakes() throws {
    let words = Self.words.split(separator: " ").map(String.init)
    var refused = 0
    for index in words.indices {
      var edited = words
      edited[index] = words[(index + 1) % words.count]
      if Mnemonic(edited.joined(separator: " ")) == nil { refused += 1 }
      edited[index] = "bitcoin"
      #expect(Mnemonic(edited.joined(separator: " ")) == nil)
    }
    #expect(refused >= 9)
    #expect(Mnemonic("") == nil && Mnemonic(words.dropLast().joined(separator: " ")) == nil)
    #expect(Mnemonic(Self.words + " " + Self.words) == nil)
    #expect(Mnemonic(Self.words + String(repeating: " ", count: 1_000)) == nil)
    #expect(Mnemonic(entropy: []) == nil && Mnemonic(entropy: [UInt8](repeating: 0, count: 32)) == nil)
    let mnemonic = try #require(Mnemonic(Self.words))
    #expect(mnemonic.seed(passphrase: "ü") == nil)
    #expect(mnemonic.seed(passphrase: String(repeating: "x", count: 1_025)) == nil)
  }

  @Test("Random bytes become words, and these the same words again")
  func roundTrips() throws {
    for _ in 0..<1_000 {
      let entropy = Array(CurveVectors.random().bytes.prefix(Mnemonic.entropyByteCount))
      let mnemonic = try #require(Mnemonic(entropy: entropy))
      #expect(Mnemonic(mnemonic.text) == mnemonic)
    }
  }

  static let version0 = "009a1f293253e41e"
  static let version1 = "012290c05cc54619b8e7be908463b663cfb43a778670f73e22b6b28bbe07996f52"

  @Test(
    "Secrets and factors are those of Nutshell",
    arguments: [
      (
        version0, 0, "452f862cf1045fe9efe7bb7648c36ab17d5e21d9b98b0cef01e284157aae38c5",
        "8299caa47f62acd78a9da03540611acae6235d9f5a7d3ff7f9ee0b635f1461ce"
      ),
      (
        version0, 1, "f62de4f5a232f0e6e14c02f9ce441be77c91882c078087c2b7bc9dd22ddc2941",
        "f9d5d5dc2e1baf97d8bff5e9db36520f5110c49569e0d96bbf4ece80661967b0"
      ),
      (
        version0, 1_000, "dccc08e1a80bd03159c1dc3d852ca53b3db7e95b04705e809e3fb46e57a0cbbc",
        "8551f7af5cb4927f11d237d445c97a715729c26e5040a1d4a8285da8232999ba"
      ),
      (
        version0, 2_147_483_647, "149cefb37147b0ec3db661acd32c62aeee46499f6737bed853c31da924e99125",
        "79bf4af42136fc1fa1df4cc852f267b8563c74a7bfad72d1027027761b3480f3"
      ),
      (
        version1, 0, "2c5316e4879c50abe65065945de0b04a610ec1f427c2c057b759b4b4d7cc225d",
        "fa6c6ee0300cb1e7b76e704769806c13bc2e54208c49010be530e36471bf5598"
      ),
      (
        version1, 1, "37627972fd1992444511d742849566154add19200c608e1a329c6a066584d821",
        "d42d535007ea0d74cd7a876e1ef022d7d3716ebcfbc5844f2a6f3d8633ff06d2"
      ),
      (
        version1, 1_099_511_627_776, "b1b448d60e091923d513dfd1524412010259ff6de4c9bf22e0e993b1695cc3bd",
        "5a4e9d727e9fe7a7e52e7f5d0ed832c96f6291471fa8821f6b384852733361b9"
      ),
    ])
  func secrets(keyset: String, counter: UInt64, secret: String, factor: String) throws {
    let seed = try #require(Mnemonic(Self.words)?.seed())
    let secrets = try #require(DeterministicSecrets(seed: seed, curve: curve))
    let keyset = try #require(KeysetID(hex: keyset))
    let made = try #require(secrets.secret(keyset: keyset, counter: counter))
    #expect(made.secret == secret)
    #expect(made.factor.hex == factor)
  }

  @Test("There is no secret of a shortened id, nor beyond version 00's counters, nor of a short seed")
  func limits() throws {
    let seed = try #require(Mnemonic(Self.words)?.seed())
    let secrets = try #require(DeterministicSecrets(seed: seed, curve: curve))
    let old = try #require(KeysetID(hex: Self.version0))
    let whole = try #require(KeysetID(hex: Self.version1))
    let short = try #require(KeysetID(hex: "012290c05cc54619"))
    #expect(secrets.secret(keyset: short, counter: 0) == nil)
    #expect(secrets.secret(keyset: old, counter: DeterministicSecrets.counterEndOfVersion0) == nil)
    #expect(secrets.secret(keyset: old, counter: .max) == nil)
    #expect(secrets.secret(keyset: whole, counter: .max) != nil)
    #expect(DeterministicSecrets(seed: Array(seed.dropLast()), curve: curve) == nil)
  }
}
