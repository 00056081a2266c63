import BrokerCore
import Harness
import Payments
import Sessions
import TurnpikeCrypto
import WireProtocol

/// A broker in memory with clients, for preparations; `turns` is what is counted.
@safe final class MemoryBroker: TestTransport {
  var turns: Turns
  private static let seed: UInt8 = 7

  init() {
    let now: UInt64 = 1_700_000_000_000
    let keys = Self.keys
    let genesis = GenesisCommand(
      coreVersion: CoreLimits.coreVersion, slot: 0, incarnation: 1, now: now, hashSeed: keys.value(.tableSeed),
      resourceCountMax: 64, leaseCountMax: 1 << 18, sessionCountMax: 1_024, receiptCountMax: 1 << 16,
      debitKeyCountMax: 1_024, reservationCountMax: 1_024, noteCountMax: 1 << 20, feePerMillion: 10_000,
      providerCountMax: 64, algorithm: .hmacSha256_128, chainCountMax: 1 << 14, claimCountMax: 1 << 17,
      fundingCountMax: 1 << 8, agentCountMax: 8, serviceCountMax: 64, ecashCountMax: 64, proofCountMax: 512,
      pieceCountMax: 1_024, treasuryCountMax: 512,
      unit: Name32("msat") ?? Name32())
    guard let machine = StateMachine(genesis: genesis) else { preconditionFailure("there is no memory") }
    var counter: UInt64 = 0
    let engine = SessionEngine(machine: machine, isNew: true, keys: keys, generations: [:], startedAt: now) {
      counter += 1
      return Bytes16(low: counter, high: 0)
    }
    turns = Turns(engine, now: now)
    turns.run()
  }

  private static var keys: KeyDerivation {
    let bytes = [UInt8](repeating: seed, count: SecretKey.byteCount)
    guard let key = unsafe SecretKey(bytes.span.bytes) else { preconditionFailure("a key has 32 bytes") }
    return KeyDerivation(masterKey: key)
  }

  func credential(of role: Role, id: UInt64, generation: UInt32) -> RoleCredential {
    Self.keys.credential(RoleIdentity(role: role, id: id, generation: generation))
  }

  func roleKey(of role: Role, id: UInt64) -> [UInt8] {
    Self.keys.roleKey(RoleIdentity(role: role, id: id, generation: 0)).withBytes { bytes in
      (0..<bytes.byteCount).map { bytes.uint8(at: $0) }
    }
  }

  func connect() throws -> any TestConnection {
    guard let index = turns.engine.open() else { preconditionFailure("there is room for every connection") }
    precondition(index < Turns.connectionCountMax)
    return EngineConnection(index, self)
  }

  func stop() {}
}

/// What a client of the preparations talks to.
final class EngineConnection: TestConnection {
  let index: Int
  private let broker: MemoryBroker

  init(_ index: Int, _ broker: MemoryBroker) {
    self.index = index
    self.broker = broker
  }

  func send(_ bytes: [UInt8]) {
    unsafe broker.turns.add(to: index) { room in
      unsafe room.copyBytes(from: bytes)
      return bytes.count
    }
    broker.turns.run()
  }

  func receive() -> [UInt8] {
    defer { broker.turns.replies[index] = [] }
    return broker.turns.replies[index]
  }

  func close() {}
}
