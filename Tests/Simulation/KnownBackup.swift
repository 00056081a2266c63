import Journal
import SimulatedDisk
import WireProtocol

/// A copy of the journal that was made beside the broker, and what clients had been told by then.
struct KnownBackup {
  struct Lease {
    let id: UInt64
    let resource: KnownResource
    let bornAt: UInt64
    /// The deadline, where it can't change by itself and nothing is under way that changes it.
    let deadline: UInt64?
    /// No agent had said that it is ready; and it was told to wait for one no longer.
    let neverReady: Bool
    let wasReady: Bool
    /// It may have ended because its agent was lost.
    let mayBeLost: Bool
  }

  let files: SimulatedFiles
  /// After its last record.
  let end: JournalPosition
  /// Notes that nobody had offered, and that had been taken.
  let purse: [NoteToken]
  let spent: [NoteToken]
  let leases: [Lease]
  let resources: [KnownResource]
  /// As they were known.
  let claims: [KnownClaim]
  let campaigns: [KnownCampaign]
  let offerings: [KnownOffering]
  let auctions: [KnownAuction]
  /// What FUNDING told at least of each resource.
  let sums: [(resource: UInt64, least: FundingSums)]
  let money: KnownMoney
  let statement: KnownStatement
  /// Payments in ecash, and payouts, that were told of: as they stood.
  let ecash: [KnownEcash]
  let payouts: [KnownPayout]
  /// When it was made, by the broker's clock.
  let madeAt: UInt64

  /// Whether a journal has its last record: a crash may have taken it from the broker.
  func isPart(of journal: SimulatedFiles) -> Bool {
    var isFound = false
    try? JournalReader(journal).records { record, _ in
      isFound = record.batch == end.batch && record.hash == end.hash
      return record.batch < end.batch
    }
    return isFound
  }
}
