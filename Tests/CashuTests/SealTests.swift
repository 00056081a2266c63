import Cashu
import Testing

@Suite("Sealed bytes")
struct SealTests {
  private func seal(_ byte: UInt8 = 1) throws -> Seal { try #require(Seal(key: CurveVectors.bytes(byte))) }

  @Test("What is sealed is opened, and is the same when it is sealed again")
  func roundTrips() throws {
    let seal = try seal()
    for byteCount in [1, 2, 15, 16, 17, 31, 32, 33, 1_000, Seal.plaintextByteCountMax] {
      let plaintext = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      for associated in [[], [0], [UInt8](repeating: 5, count: Seal.associatedDataByteCountMax)] {
        let sealed = try #require(seal.seal(plaintext, associatedData: associated))
        #expect(sealed.count == byteCount + Seal.overheadByteCount)
        #expect(seal.seal(plaintext, associatedData: associated) == sealed)
        #expect(seal.open(sealed, associatedData: associated) == plaintext)
        #expect(seal.open(sealed, associatedData: associated + [0]) == nil)
        #expect(try self.seal(2).open(sealed, associatedData: associated) == nil)
      }
    }
  }

  @Test("No bit of it can be turned over, nothing cut off or added")
  func tampering() throws {
    let (seal, plaintext) = (try seal(), Array("proofs in flight".utf8))
    let sealed = try #require(seal.seal(plaintext, associatedData: [1, 2]))
    for bit in 0..<8 * sealed.count {
      var edited = sealed
      edited[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(seal.open(edited, associatedData: [1, 2]) == nil)
    }
    for byteCount in 0..<sealed.count {
      #expect(seal.open(Array(sealed.prefix(byteCount)), associatedData: [1, 2]) == nil)
    }
    #expect(seal.open(sealed + [0], associatedData: [1, 2]) == nil)
    let others: [[UInt8]] = [[], [1], [2, 1], [1, 2, 0], [1, 3]]
    for other in others { #expect(seal.open(sealed, associatedData: other) == nil) }
  }

  @Test("One byte more of a plaintext changes all of it")
  func synthetic() throws {
    let seal = try seal()
    let one = try #require(seal.seal([UInt8](repeating: 0, count: 64), associatedData: []))
    let other = try #require(seal.seal([UInt8](repeating: 0, count: 63) + [1], associatedData: []))
    #expect(zip(one, other).count { $0 == $1 } < 10)
  }

  @Test("What is empty or too long is refused")
  func limits() throws {
    let seal = try seal()
    #expect(seal.seal([], associatedData: []) == nil)
    #expect(seal.open([], associatedData: []) == nil)
    #expect(seal.open([UInt8](repeating: 0, count: Seal.overheadByteCount), associatedData: []) == nil)
    let long = [UInt8](repeating: 0, count: Seal.plaintextByteCountMax + Seal.overheadByteCount + 1)
    #expect(seal.seal(long, associatedData: []) == nil && seal.open(long, associatedData: []) == nil)
    let associated = [UInt8](repeating: 0, count: Seal.associatedDataByteCountMax + 1)
    #expect(seal.seal([1], associatedData: associated) == nil && seal.open(long, associatedData: associated) == nil)
  }

  /// A form that changed would lose what journals keep.
  @Test("Sealed bytes are what they were")
  func golden() throws {
    let sealed = try #require(seal().seal(Array("turnpike".utf8), associatedData: [1, 2, 3]))
    #expect(CurveVectors.hex(sealed) == "6cdbc26f198aa8fe2360946407a11dded7bc3110cacecab1")
  }
}
