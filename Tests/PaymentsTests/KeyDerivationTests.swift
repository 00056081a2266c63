import Testing
import TurnpikeCrypto
import WireProtocol

import Payments

@Suite struct KeyDerivationTests {
  private static func keys(_ byte: UInt8 = 0x5a) throws -> KeyDerivation {
    KeyDerivation(masterKey: try SecretKey.repeating(byte))
  }

  /// Computed with another implementation from the documented formulas; master key 5a 5a ... 5a.
  @Test func derivedKeysAreAsDocumented() throws {
    let keys = try Self.keys()
    let roleKey = hex(of: keys.roleKey(RoleIdentity(role: .provider, id: 7, generation: 3)))
    #expect(roleKey == "afcb33783e92796a643b8039a585c775630cd3ea962c9d2ebefc283001d0bc23")
    let values = KeyDerivation.Purpose.allCases.map { hex(of: keys.value($0)) }
    #expect(
      values == [
        "e74b6a3f961e85598a89fc0939f14248", "b6c7b126214c6817c1941f1d2a928b93", "5f62f7988e7418f9b135ff52a725afab",
        "34ac460327cc92896df36d6383ccc305",
      ])
  }

  @Test func everyFieldChangesTheKey() throws {
    let keys = try Self.keys()
    let others = try Self.keys(0x5b)
    let base = RoleIdentity(role: .provider, id: 7, generation: 3)
    var derived = [
      hex(of: keys.roleKey(base)),
      hex(of: keys.roleKey(RoleIdentity(role: .operator, id: 7, generation: 3))),
      hex(of: keys.roleKey(RoleIdentity(role: .provider, id: 7, generation: 4))),
      hex(of: others.roleKey(base)),
    ]
    for bit in 0..<64 {
      derived.append(hex(of: keys.roleKey(RoleIdentity(role: .provider, id: 7 ^ 1 << UInt64(bit), generation: 3))))
    }
    for epoch in 0...3 {
      for algorithm in TagAlgorithm.allCases {
        for genesis in 0...2 as ClosedRange<UInt64> {
          derived.append(hex(of: keys.noteKey(epoch: UInt32(epoch), algorithm: algorithm, genesis: genesis)))
        }
        derived.append(hex(of: others.noteKey(epoch: UInt32(epoch), algorithm: algorithm, genesis: 0)))
      }
    }
    for purpose in KeyDerivation.Purpose.allCases {
      derived.append(hex(of: keys.value(purpose)))
      derived.append(hex(of: others.value(purpose)))
    }
    // Compared by their first half, which is what all of them have.
    #expect(Set(derived.map { $0.prefix(32) }).count == derived.count)
  }

  /// Fields follow a label without a mark between them, so a label must not be the beginning of another.
  @Test func noLabelBeginsAnother() {
    let labels =
      [
        KeyDerivation.roleKeyLabel, KeyDerivation.noteKeyLabel, KeyDerivation.ecashKeyLabel,
        KeyDerivation.ecashLockLabel,
      ].map(\.description)
      + KeyDerivation.Purpose.allCases.map(\.label.description)
    for (index, label) in labels.enumerated() {
      for (otherIndex, other) in labels.enumerated() where index != otherIndex {
        #expect(!other.hasPrefix(label))
      }
    }
  }
}
