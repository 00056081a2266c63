/// Units of a resource that nobody else gets, while the mint is asked about the ecash of the ACQUIRE that they are for.
struct ModelHold: Hashable {
  /// The payment in ecash.
  var payment: UInt64
  var resource: UInt64
  var units: UInt32
  /// From this instant on they are free.
  var end: UInt64
}
