import Journal
import SimulatedDisk
import Testing

/// A snapshot is there whole or not at all, and what changed of it is noticed.
@Suite struct SnapshotFileTests {
  private static func header(_ batch: UInt64) -> SnapshotHeader {
    SnapshotHeader(
      identity: 77, position: JournalPosition(batch: batch, sequence: batch * 10, hash: UInt128(batch) << 70),
      time: 5_000 + batch, coreVersion: 1, shard: 3)
  }

  private static func body(_ batch: UInt64, byteCount: Int) -> [UInt8] {
    var chance = Chance(seed: batch)
    return (0..<byteCount).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
  }

  /// Writes one in pieces of odd sizes.
  private static func write(_ batch: UInt64, _ byteCount: Int, to files: SimulatedFiles) throws(FileError) {
    let writer = try SnapshotFileWriter(files, header(batch))
    let body = body(batch, byteCount: byteCount)
    var done = 0
    while done < byteCount {
      let count = min(1 + done / 3, byteCount - done)
      unsafe body[done..<done + count].withUnsafeBytes { unsafe writer.append($0) }
      done += count
    }
    _ = try writer.finish()
  }

  /// Its body; throws when it is not what was written.
  private static func read(_ batch: UInt64, from files: SimulatedFiles) throws(SnapshotReadError) -> [UInt8] {
    let reader = try SnapshotFileReader(files, batch: batch)
    var body = [UInt8](repeating: 0, count: Int(clamping: min(reader.header.bodyByteCount, 1 << 24)))
    let isRead = unsafe body.withUnsafeMutableBytes { unsafe reader.read(into: $0) }
    try reader.finish()
    return isRead ? body : []
  }

  @Test(arguments: [0, 1, 511, 1 << 20, 1 << 20 + 1, 3 << 20])
  func whatWasWrittenIsRead(byteCount: Int) throws {
    let files = SimulatedFiles()
    try Self.write(9, byteCount, to: files)
    #expect(try SnapshotFiles.batches(in: files) == [9])
    #expect(try Self.read(9, from: files) == Self.body(9, byteCount: byteCount))
    let reader = try SnapshotFileReader(files, batch: 9)
    #expect(reader.header.position == Self.header(9).position)
    #expect(reader.header.identity == 77 && reader.header.time == 5_009)
    #expect(reader.header.coreVersion == 1 && reader.header.shard == 3)
  }

  @Test func everyBitFlippedAndEveryCutIsNoticed() throws {
    let files = SimulatedFiles()
    try Self.write(4, 700, to: files)
    let name = try #require(try files.list().first)
    let good = try #require(files[name])
    var silent = 0
    for bit in 0..<good.count * 8 {
      var bytes = good
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      files[name] = bytes
      if (try? Self.read(4, from: files)) != nil { silent += 1 }
    }
    for count in 0..<good.count {
      files[name] = Array(good[..<count])
      if (try? Self.read(4, from: files)) != nil { silent += 1 }
    }
    #expect(silent == 0)
    files[name] = good
    #expect(try Self.read(4, from: files) == Self.body(4, byteCount: 700))
  }

  /// Power fails at each call of writing the second: the first is always there, and the second is whole when it is there at all.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func aCrashLeavesTheOneBefore(seed: UInt64) throws {
    var (crashes, completed) = (0, 0)
    for call in 1... {
      let files = SimulatedFiles(seed: seed &* 7_919 &+ UInt64(call))
      try Self.write(1, 3_000, to: files)
      files.faults = [files.callCount + call: .crash]
      let isWritten = (try? Self.write(2, 5_000, to: files)) != nil
      guard files.hasCrashed else { break }
      files.crash()
      crashes += 1
      let batches = try SnapshotFiles.batches(in: files)
      #expect(batches.last == 1)
      #expect(try Self.read(1, from: files) == Self.body(1, byteCount: 3_000))
      if batches.count == 2 {
        completed += 1
        #expect(try Self.read(2, from: files) == Self.body(2, byteCount: 5_000), "crash at call \(call)")
      }
      #expect(!isWritten || batches.count == 2)
    }
    #expect(crashes >= 5)
    #expect(completed < crashes)
  }
}
