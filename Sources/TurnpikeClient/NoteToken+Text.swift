internal import TurnpikeCrypto
public import WireProtocol

extension NoteToken {
  /// The note of a text that begins with `tpnote1`; throws `.invalidArgument` with what is wrong with it.
  public init(text: String) throws(TurnpikeError) {
    do {
      self = try NoteText.decode(text)
    } catch {
      let what =
        switch error {
        case .prefix: "a note begins with \(NoteText.prefix)"
        case .length: "a note has \(NoteText.characterCount) characters"
        case .character(let offset): "character \(offset + 1) of the note is not one of a note"
        case .checksum: "the note was mistyped"
        }
      throw TurnpikeError(.invalidArgument(what))
    }
    guard hasPossibleAmount else {
      throw TurnpikeError(.invalidArgument("no broker makes notes of \(amount)"))
    }
  }

  /// The note as text: whoever has it has the money.
  public var text: String { NoteText.encode(self) }
}
