import BrokerCore
import WireProtocol

extension GenesisCommand {
  /// Of a state that fits into a few kilobytes.
  static let small = GenesisCommand(
    coreVersion: CoreLimits.coreVersion, slot: 0, incarnation: 1, now: 1_000_000, hashSeed: Bytes16(low: 7, high: 9),
    resourceCountMax: 1, leaseCountMax: 1, sessionCountMax: 1, receiptCountMax: 1, debitKeyCountMax: 1,
    reservationCountMax: 1, noteCountMax: 64, feePerMillion: 0, providerCountMax: 1, algorithm: .hmacSha256_128,
    chainCountMax: 1, claimCountMax: 1, fundingCountMax: 1, agentCountMax: 1, serviceCountMax: 1, ecashCountMax: 1,
    proofCountMax: 1, pieceCountMax: 1, treasuryCountMax: 1,
    unit: Name32("msat") ?? Name32())
}
