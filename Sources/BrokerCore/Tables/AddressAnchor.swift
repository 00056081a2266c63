private import Synchronization

/// A member that gives the struct it lies in an address.
///
/// Swift passes a struct of plain members by value: each call of a method that only reads would copy the whole state machine, a
/// kilobyte, onto the stack (8 % of the instructions of an ACQUIRE). An atomic cannot be moved while it is borrowed, so
/// such a method gets a pointer. Nobody reads or writes it.
struct AddressAnchor: ~Copyable {
  private let word = Atomic<UInt8>(0)
}
