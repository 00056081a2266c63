import Cashu
import Testing

@Suite("The curve")
struct CurveTests {
  let curve: Curve

  init() throws { curve = try #require(CurveVectors.curve) }

  @Test("Secrets are hashed to the points that the mint has")
  func hashToCurve() throws {
    let recording = try CurveVectors.recording()
    for proof in recording.proofs + recording.p2pk_proofs {
      let hashed = try #require(curve.hashToCurve(proof.secret))
      #expect(curve.compressed(hashed)?.hex == proof.Y)
      let bytes = try #require(curve.hashToCurve(Array(proof.secret.utf8)))
      #expect(curve.compressed(bytes)?.hex == proof.Y)
    }
  }

  @Test("Any text has a point, and its y is even")
  func hashToCurveOfAnything() throws {
    for text in ["", "\0", "ü", String(repeating: "x", count: 100_000)] {
      let point = try #require(curve.hashToCurve(text).flatMap(curve.compressed))
      #expect(!point.isOdd)
    }
  }

  @Test("Points that are none are refused")
  func points() throws {
    let generator = try #require(
      CompressedPoint(hex: "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"))
    #expect(curve.point(generator).flatMap(curve.compressed) == generator)
    // x that no point has; 0; the field's size and what is more than it.
    for x in [
      "eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
      for prefix in ["02", "03"] {
        let point = try #require(CompressedPoint(hex: prefix + x))
        #expect(curve.point(point) == nil)
        #expect(curve.mintKey(point) == nil && curve.mintKey(point, isOftenUsed: true) == nil)
        #expect(curve.leaseKey(point, lease: 1) == nil)
      }
    }
  }

  @Test("About half of all x have a point, which is written as it was read")
  func parsing() throws {
    var count = 0
    for _ in 0..<1_000 {
      let compressed = CompressedPoint(isOdd: Bool.random(), x: CurveVectors.random())
      guard let point = curve.point(compressed) else { continue }
      count += 1
      #expect(curve.compressed(point) == compressed)
    }
    #expect((350...650).contains(count))
  }

  @Test("Scalars are from 1 to n - 1")
  func scalars() throws {
    let (order, last) = (try #require(CurveVectors.order), try #require(CurveVectors.orderLessOne))
    let one = try #require(Bytes32(hex: String(repeating: "0", count: 63) + "1"))
    #expect(curve.isScalar(one) && curve.isScalar(last))
    for value in [CurveVectors.bytes(0), order, CurveVectors.bytes(255)] {
      #expect(!curve.isScalar(value))
      #expect(curve.blind("secret", factor: value) == nil)
      #expect(BlindSigner(secret: value, curve: curve) == nil)
      #expect(LockKey(secret: value, curve: curve) == nil)
    }
  }

  @Test("One curve serves many threads, and whatever its seed is, it gives the same")
  func threads() async throws {
    let other = try #require(Curve(seed: CurveVectors.bytes(0)))
    let expected = (0..<64).map { other.blind("secret \($0)", factor: CurveVectors.bytes(7)) }
    let curve = curve
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<64).allSatisfy { curve.blind("secret \($0)", factor: CurveVectors.bytes(7)) == expected[$0] }
        }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }
}
