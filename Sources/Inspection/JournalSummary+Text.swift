internal import Journal

/// How a summary is printed.
extension JournalSummary {
  private static var spareWords: [(String, SpareFile.Kind)] {
    [("reserves", .reserve), ("snapshots", .snapshot), ("aside", .aside)]
  }

  /// One JSON object. Numbers of batches and commands are numbers; the identity is a string of 32 digits.
  public func json(now: UInt64) -> String {
    var json = JSONWriter()
    json.object { json in
      json.name("identity")
      if let identity { json.text(Hexadecimal.text(identity, digitCount: 32)) } else { json.nothing() }
      json.name("attested")
      json.number(attested)
      json.name("lastBatch")
      json.number(tail.batch)
      json.name("lastSequence")
      json.number(tail.sequence)
      json.name("cutBatches")
      json.number(cutBatchCount)
      json.name("cutBytes")
      json.number(cutByteCount)
      json.name("starts")
      json.flag(refusals.isEmpty && mark == nil)
      json.name("verdict")
      json.text(verdict(now: now))
      json.name("segments")
      json.list { json in for segment in segments { json.segment(segment) } }
      json.name("troubles")
      json.list { json in for trouble in troubles { json.trouble(trouble) } }
      for (word, kind) in Self.spareWords {
        json.name(word)
        json.files(spareFiles.filter { $0.kind == kind })
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// A table for people, and what else there is to say.
  public func text(now: UInt64) -> String {
    let head = ["SEGMENT", "BYTES", "BATCHES", "COMMANDS", "FROM", "TO", "TERM", "CORE", "ATTESTED", "HEADER", "END"]
    var lines = Table.lines([head] + segments.map(\.cells))
    if let identity { lines.append("identity " + Hexadecimal.text(identity, digitCount: 32)) }
    for (word, kind) in Self.spareWords {
      let files = spareFiles.filter { $0.kind == kind }
      if files.isEmpty { continue }
      lines.append("\(word): \(files.count) (\(files.reduce(0) { $0 + $1.byteCount }) bytes)")
    }
    for trouble in troubles { lines.append("TROUBLE: \(trouble.finding)") }
    lines.append(verdict(now: now))
    return lines.joined(separator: "\n")
  }
}

extension SegmentSummary {
  fileprivate var cells: [String] {
    [
      segment.name, "\(segment.fileByteCount)", batches.cell, sequences.cell,
      times.map { InstantText.encode($0.first) } ?? "-", times.map { InstantText.encode($0.last) } ?? "-", terms.cell,
      coreVersions.cell, "\(attested)", segment.recoveryCase == .segment ? "good" : segment.recoveryCase.rawValue,
      end.map { "\($0.recoveryCase.rawValue) at byte \($0.offset)" } ?? "-",
    ]
  }
}

extension Extent? {
  fileprivate var cell: String {
    guard let self else { return "-" }
    return self.first == self.last ? "\(self.first)" : "\(self.first)-\(self.last)"
  }
}

extension JSONWriter {
  fileprivate mutating func segment(_ summary: SegmentSummary) {
    object { json in
      json.name("name")
      json.text(summary.segment.name)
      json.name("number")
      json.number(summary.segment.number)
      json.name("bytes")
      json.number(summary.segment.fileByteCount)
      json.name("case")
      json.text(summary.segment.recoveryCase.rawValue)
      json.name("records")
      json.number(summary.recordCount)
      json.name("commands")
      json.number(summary.commandCount)
      json.extent("Batch", summary.batches)
      json.extent("Sequence", summary.sequences)
      json.extent("Time", summary.times)
      json.extent("Term", summary.terms)
      json.extent("CoreVersion", summary.coreVersions)
      json.name("attested")
      json.number(summary.attested)
      json.name("end")
      if let end = summary.end {
        json.object { json in
          json.name("case")
          json.text(end.recoveryCase.rawValue)
          json.name("byte")
          json.number(end.offset)
          json.name("batch")
          json.number(end.batch)
        }
      } else {
        json.nothing()
      }
    }
  }

  private mutating func extent(_ what: String, _ extent: Extent?) {
    for (word, value) in [("first", extent?.first), ("last", extent?.last)] {
      name(word + what)
      if let value { number(value) } else { nothing() }
    }
  }

  fileprivate mutating func trouble(_ refusal: RecoveryRefusal) {
    object { json in
      json.name("case")
      json.text(refusal.recoveryCase.rawValue)
      json.name("file")
      json.text(refusal.file)
      json.name("byte")
      json.number(refusal.offset)
      json.name("batch")
      json.number(refusal.batch)
      json.name("explanation")
      json.text(refusal.explanation)
    }
  }

  fileprivate mutating func files(_ files: [SpareFile]) {
    list { json in
      for file in files {
        json.object { json in
          json.name("name")
          json.text(file.name)
          json.name("bytes")
          json.number(file.byteCount)
        }
      }
    }
  }
}

/// Cells in columns.
enum Table {
  static func lines(_ rows: [[String]]) -> [String] {
    let columnCount = rows.map(\.count).max() ?? 0
    let widths = (0..<columnCount).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }.joined(separator: "  ")
    }
  }
}
