/// Why bytes from outside were not read. Nothing of them may be used then.
public enum FormatError: Error, Hashable, Sendable {
  /// It is not JSON, CBOR or base64 as it has to be here, or not all of it is.
  case syntax
  /// A text is not UTF-8, or has half of a surrogate pair.
  case notUnicode
  /// It is longer, deeper or has more parts than its limit.
  case tooLarge
  /// A member of an object, a key of a map or a proof's secret stands there twice.
  case duplicate
  /// A value is of another type, or a number is not a plain integer.
  case wrongType
  /// A value is of the right type and can't be.
  case invalidValue
  /// A member that must be there is not.
  case missing
  /// It begins as no format that is known does.
  case unknownFormat
  /// A token has proofs of more than one mint.
  case severalMints
  /// Amounts add up to more than 64 bits hold.
  case overflow
  /// What a mint answered does not belong to what it was asked.
  case mismatch
}

extension Optional {
  /// The value that has to be there.
  func required() throws(FormatError) -> Wrapped {
    guard let value = self else { throw .missing }
    return value
  }

  /// The value that the text before it has to have.
  func valid() throws(FormatError) -> Wrapped {
    guard let value = self else { throw .invalidValue }
    return value
  }
}
