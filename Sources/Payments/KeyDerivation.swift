public import TurnpikeCrypto
public import WireProtocol

/// Every secret of a broker, made from its master key: nothing but the master key need be kept.
///
///     derived = HMAC-SHA256(master key, label || fields, little-endian)
///
/// | label                          | fields                                | used as                                  |
/// |--------------------------------|---------------------------------------|------------------------------------------|
/// | "turnpike role key v1"         | role (1) || id (8) || generation (4)  | key of an operator or a provider         |
/// | "turnpike note key v1"         | epoch (4) || algorithm (1) || genesis (8) | key of the notes of one epoch        |
/// | "turnpike ecash key v1"        | purpose (1) || genesis (8)            | what ecash needs: locks, seal, seed      |
/// | "turnpike table seed v1"       | none                                  | seed of the state machine's hash tables  |
/// | "turnpike content digest v1"   | none                                  | seed of the digest that tells a repeat   |
/// | "turnpike session hash v1"     | none                                  | key that hashes secret session ids       |
/// | "turnpike master key check v1" | none                                  | tells one master key from another        |
///
/// The secret of locks is the HMAC key that each epoch's lock is derived with: "turnpike ecash lock v1", life (4), period (4).
///
/// No label is the beginning of another, so no two derivations ever hash the same bytes.
public struct KeyDerivation: ~Copyable {
  /// What a 16-byte derived value is for.
  public enum Purpose: CaseIterable, Sendable {
    /// Seed of the state machine's hash tables; public, but not to be chosen by anyone.
    case tableSeed
    /// Seed of the digest that tells a repeat of a request from a conflict.
    case contentDigest
    /// Key that turns a secret session id into what the journal keeps of it.
    case sessionHash
    /// Not secret: equal for equal master keys, different for different ones.
    case masterKeyCheck

    package var label: StaticString {
      switch self {
      case .tableSeed: "turnpike table seed v1"
      case .contentDigest: "turnpike content digest v1"
      case .sessionHash: "turnpike session hash v1"
      case .masterKeyCheck: "turnpike master key check v1"
      }
    }
  }

  package static let roleKeyLabel: StaticString = "turnpike role key v1"
  package static let noteKeyLabel: StaticString = "turnpike note key v1"
  package static let ecashKeyLabel: StaticString = "turnpike ecash key v1"
  package static let ecashLockLabel: StaticString = "turnpike ecash lock v1"

  private let master: HMACKey

  /// The derivation under a master key.
  public init(masterKey: borrowing SecretKey) {
    master = HMACKey(masterKey)
  }

  /// The 32-byte key of a role: what its holder is given.
  public func roleKey(_ identity: RoleIdentity) -> SecretKey {
    unsafe withUnsafeTemporaryAllocation(byteCount: 13, alignment: 8) { buffer in
      var fields = unsafe buffer.mutableBytes
      fields.store(identity.role.rawValue, at: 0)
      fields.store(identity.id, at: 1)
      fields.store(identity.generation, at: 9)
      return master.derive(label: Self.roleKeyLabel, fields: fields.bytes)
    }
  }

  /// The credential of a role, to authenticate a connection with.
  public func credential(_ identity: RoleIdentity) -> RoleCredential {
    RoleCredential(identity: identity, key: roleKey(identity))
  }

  /// The 32-byte key of the notes of an epoch. The algorithm is part of it, so that no key ever serves two algorithms; and the
  /// instant of GENESIS, so that a broker that begins anew under the same master key, with serials from 0, does not take the notes of
  /// its life before for its own.
  package func noteKey(epoch: UInt32, algorithm: TagAlgorithm, genesis: UInt64) -> SecretKey {
    unsafe withUnsafeTemporaryAllocation(byteCount: 13, alignment: 8) { buffer in
      var fields = unsafe buffer.mutableBytes
      fields.store(epoch, at: 0)
      fields.store(algorithm.rawValue, at: 4)
      fields.store(genesis, at: 5)
      return master.derive(label: Self.noteKeyLabel, fields: fields.bytes)
    }
  }

  /// The 32-byte secret of ecash for a purpose (`EcashKeys`). The instant of GENESIS is part of it: a broker that begins anew
  /// under the same master key counts its proofs from 0 again, and must not have the mint sign the same ones.
  package func ecashKey(purpose: UInt8, genesis: UInt64) -> SecretKey {
    unsafe withUnsafeTemporaryAllocation(byteCount: 9, alignment: 8) { buffer in
      var fields = unsafe buffer.mutableBytes
      fields.store(purpose, at: 0)
      fields.store(genesis, at: 1)
      return master.derive(label: Self.ecashKeyLabel, fields: fields.bytes)
    }
  }

  /// A derived value of 16 bytes.
  public func value(_ purpose: Purpose) -> Bytes16 {
    master.tag(label: purpose.label)
  }
}
