import WireProtocol

extension RandomCommands {
  /// Records of a command that are no notes.
  enum Records {
    case none
    case outputs([NoteOutput])
    case members([PoolMember])
    case tiers([Tier])
    case shares([RevenueShare])
    case usage([AgentUsage])
    case keys([KeysetKey])
    case swapped([SwapRecord])
    case blanks([BlankOutput])
    case paid([PayoutRecord])
    case reconciled([ReconcileRecord])

    /// Appends them to a command.
    func append(to builder: inout CommandBuilder, in bytes: inout MutableRawSpan) {
      switch self {
      case .none: break
      case .outputs(let outputs): for output in outputs { builder.append(record: output, to: &bytes) }
      case .members(let members): for member in members { builder.append(record: member, to: &bytes) }
      case .tiers(let tiers): for tier in tiers { builder.append(record: tier, to: &bytes) }
      case .shares(let shares): for share in shares { builder.append(record: share, to: &bytes) }
      case .usage(let usage): for lease in usage { builder.append(record: lease, to: &bytes) }
      case .keys(let keys): for key in keys { builder.append(record: key, to: &bytes) }
      case .swapped(let records): for record in records { builder.append(record: record, to: &bytes) }
      case .blanks(let blanks): for blank in blanks { builder.append(record: blank, to: &bytes) }
      case .paid(let records): for record in records { builder.append(record: record, to: &bytes) }
      case .reconciled(let records): for record in records { builder.append(record: record, to: &bytes) }
      }
    }

    /// Bytes of all of them.
    var byteCount: Int {
      switch self {
      case .none: 0
      case .outputs(let outputs): outputs.count * NoteOutput.byteCount
      case .members(let members): members.count * PoolMember.byteCount
      case .tiers(let tiers): tiers.count * Tier.byteCount
      case .shares(let shares): shares.count * RevenueShare.byteCount
      case .usage(let usage): usage.count * AgentUsage.byteCount
      case .keys(let keys): keys.count * KeysetKey.byteCount
      case .swapped(let records): records.count * SwapRecord.byteCount
      case .blanks(let blanks): blanks.count * BlankOutput.byteCount
      case .paid(let records): records.count * PayoutRecord.byteCount
      case .reconciled(let records): records.count * ReconcileRecord.byteCount
      }
    }
  }
}
