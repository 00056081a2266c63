public import Journal

/// A repair's plan in words.
extension RepairPlan {
  /// Why it can't be done, or step by step what it does and what goes.
  public var text: String {
    if let obstacle { return "cannot be repaired: \(Self.reason(obstacle))" }
    if steps.isEmpty { return "nothing to repair: a start would not be refused for what is in the journal" }
    var lines = steps.map(Self.line)
    lines.append("kept: everything up to batch \(keptBatch), command \(keptSequence)")
    lines.append(mayLose ? loss : "lost: nothing")
    return lines.joined(separator: "\n")
  }

  private var loss: String {
    let known = "\(acknowledgedLossCount) batches that were acknowledged for certain"
    if hidesUnreadable, batchLossMax == 0 { return "LOST: whatever was in a file of which nothing can be read" }
    return "LOST: at most \(batchLossMax) batches with \(commandLossMax) readable commands, among them \(known)"
      + (hidesUnreadable ? ", and whatever was in a file of which nothing can be read" : "")
  }

  private static func line(_ step: Step) -> String {
    switch step {
    case .cut(let file, let offset, let end):
      "cut \(file) from byte \(offset) to its end at \(end), after a copy of it was kept as aside-\(file)"
    case .rewriteHeader(let file, let header):
      "write the header of \(file) again: its first batch is \(header.firstBatch); a copy is kept as aside-\(file)"
    case .moveAside(let file): "move \(file) aside, as aside-\(file)"
    }
  }

  private static func reason(_ obstacle: RecoveryCase) -> String {
    switch obstacle {
    case .newerFormat: "a later version wrote it; start that one"
    default:
      "nothing that reaches back to the beginning could be kept, and a state that begins anew under the same keys would take"
        + " every note a second time; restore a backup"
    }
  }
}
